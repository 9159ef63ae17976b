package io.github.dtstream.journal;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment line by line in big blocks. A line is {@code length} bytes of {@code buffer} from {@code start}, without
 * its line feed. Not thread-safe.
 */
final class SegmentLines implements Closeable {
    private static final int BLOCK = 256 << 10;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final Storage storage;
    private @Nullable Segment segment;
    private Storage.@Nullable OpenFile file;
    private byte[] block = new byte[0];
    /** Where in the file the block begins. */
    private long blockOffset;

    private int filled;
    private int start;
    private int end;
    private int next;

    SegmentLines(Storage storage) {
        this.storage = storage;
    }

    /** Goes to a place in a segment. */
    void moveTo(Segment target, long offset) throws IOException {
        if (segment != target || file == null) {
            close();
            file = storage.open(target.path());
            segment = target;
            blockOffset = offset;
            filled = 0;
        }
        if (offset < blockOffset || offset > blockOffset + filled) {
            blockOffset = offset;
            filled = 0;
        }
        next = (int) (offset - blockOffset);
        start = next;
        end = next;
    }

    /**
     * Goes on to the next line.
     *
     * @param limit how far the segment may be read
     * @return false if there is none before the limit
     */
    boolean next(long limit) throws IOException {
        start = next;
        int searched = start;
        while (true) {
            int found = lineFeed(searched);
            if (found >= 0) {
                end = found;
                next = found + 1;
                return true;
            }
            searched = filled - start;
            if (!fill(limit)) {
                end = filled;
                next = filled;
                return start < end;
            }
            searched += start;
        }
    }

    byte[] buffer() {
        return block;
    }

    int start() {
        return start;
    }

    int length() {
        return end - start;
    }

    /** Whether the line ends with a line feed; one that does not was cut short. */
    boolean isComplete() {
        return next > end;
    }

    /** Where the line begins in the file. */
    long offset() {
        return blockOffset + start;
    }

    /** Where the line behind it begins in the file. */
    long nextOffset() {
        return blockOffset + next;
    }

    byte[] copy() {
        return Arrays.copyOfRange(block, start, end);
    }

    /** Reads on behind what is in the block, keeping the line that has been begun; false at the limit. */
    private boolean fill(long limit) throws IOException {
        long position = blockOffset + filled;
        if (position >= limit || file == null) {
            return false;
        }
        int kept = filled - start;
        // A block that one long line needed is let go of again.
        boolean fits = kept + BLOCK / 2 <= block.length && (block.length <= BLOCK || kept > BLOCK / 2);
        byte[] into = fits ? block : new byte[Math.max(BLOCK, kept * 2)];
        System.arraycopy(block, start, into, 0, kept);
        block = into;
        blockOffset += start;
        start = 0;
        next = 0;
        filled = kept;
        int count = file.read(block, kept, (int) Math.min(block.length - kept, limit - position), position);
        if (count <= 0) {
            return false;
        }
        filled += count;
        return true;
    }

    /** Eight bytes at a time: a word that holds a line feed is the only one whose difference borrows into a high bit. */
    private int lineFeed(int from) {
        int at = from;
        for (; at + Long.BYTES <= filled; at += Long.BYTES) {
            long word = (long) WORDS.get(block, at) ^ LINE_FEEDS;
            long hit = (word - ONES) & ~word & HIGH_BITS;
            if (hit != 0) {
                return at + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        for (; at < filled; at++) {
            if (block[at] == RecordFormat.LINE_FEED) {
                return at;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        Storage.OpenFile closing = file;
        file = null;
        segment = null;
        if (closing != null) {
            closing.close();
        }
    }
}
