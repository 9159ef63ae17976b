package io.github.dtstream.journal.export;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/** The lines of a file, one after the other, with the checksum of those before. Not thread-safe. */
final class ExportLines {
    private static final int FIRST_CAPACITY = 256 << 10;
    /** More than any record; a file of another kind may have no line feed. */
    private static final int LONGEST = 128 << 20;

    private final InputStream in;
    private final MessageDigest digest = ExportFormat.digest();
    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int begin;
    /** Behind the line's line feed; equal to {@code begin} before the first line. */
    private int next;
    /** The end of what was read. */
    private int end;

    private long number;

    ExportLines(InputStream in) {
        this.in = in;
    }

    /** Moves to the next line; false if the file has no further line with a line feed. */
    boolean next() throws IOException {
        digest.update(buffer, begin, next - begin);
        begin = next;
        int looked = begin;
        while (true) {
            for (; looked < end; looked++) {
                if (buffer[looked] == '\n') {
                    next = looked + 1;
                    number++;
                    return true;
                }
            }
            if (end == buffer.length) {
                looked -= makeRoom();
            }
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return false;
            }
            end += count;
        }
    }

    /** Moves the line to the beginning of the buffer; returns by how much. */
    private int makeRoom() throws IOException {
        int moved = begin;
        if (begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
        } else if (buffer.length >= LONGEST) {
            throw new IOException("line " + (number + 1) + " is longer than " + (LONGEST >> 20) + " MB");
        } else {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        end -= moved;
        next -= moved;
        begin = 0;
        return moved;
    }

    byte[] buffer() {
        return buffer;
    }

    int start() {
        return begin;
    }

    /** The line's length without its line feed. */
    int length() {
        return next - 1 - begin;
    }

    /** The number of the line, from 1 on. */
    long number() {
        return number;
    }

    /** The checksum of all lines before this one. */
    String checksumBefore() {
        return ExportFormat.soFar(digest);
    }
}
