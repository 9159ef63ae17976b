package io.github.dtstream.cloud.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.TruncatedChunkException;

/**
 * Removes the chunk framing of a body (RFC 9112, section 7.1). One read returns everything that has arrived, from any
 * number of chunks, and waits only if nothing has. A streaming gateway sends a chunk for each event, and the library's
 * own stream ends each read at the end of a chunk, so all work per read would be done per event. Not thread-safe.
 */
final class ChunkedBody extends InputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    /** The limit for bytes other than data: the extensions of a chunk, or all trailers. */
    private static final int LONGEST_EXTRA = 64 * 1024;

    private static final int MOST_DIGITS = 15;

    private enum State {
        SIZE,
        /** After the size, up to the end of its line. */
        EXTENSION,
        DATA,
        END_OF_DATA,
        TRAILER,
        OVER
    }

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private State state = State.SIZE;
    /** The bytes of the chunk's data that are still to come; in its head, the size as far as it was read. */
    private long left;

    private int digits;
    private int extra;
    private boolean inLine;

    /** @param in the body as it is sent; a read returns what has arrived */
    ChunkedBody(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = 0;
        while (read < length && state != State.OVER) {
            if (at == end) {
                if (read > 0) {
                    return read;
                }
                fill();
            } else if (state == State.DATA) {
                int count = (int) Math.min(left, Math.min(end - at, length - read));
                System.arraycopy(buffer, at, into, offset + read, count);
                at += count;
                read += count;
                left -= count;
                state = left == 0 ? State.END_OF_DATA : State.DATA;
            } else {
                take(buffer[at++]);
            }
        }
        return read == 0 && length > 0 ? -1 : read;
    }

    @Override
    public int available() {
        return state == State.DATA ? (int) Math.min(left, end - at) : 0;
    }

    @Override
    public void close() throws IOException {
        state = State.OVER;
        in.close();
    }

    private void fill() throws IOException {
        int length = in.read(buffer, 0, buffer.length);
        if (length >= 0) {
            at = 0;
            end = length;
        } else if (state == State.DATA) {
            throw new TruncatedChunkException("Truncated chunk: the connection ended, %d bytes were to come", left);
        } else if (state == State.TRAILER) {
            state = State.OVER;
        } else {
            throw new ConnectionClosedException("Premature end of chunk coded message body: closing chunk expected");
        }
    }

    /** Takes a byte that is not data. */
    private void take(byte next) throws IOException {
        switch (state) {
            case SIZE -> takeSize(next);
            case EXTENSION -> {
                if (next == '\n') {
                    begin();
                } else {
                    countExtra();
                }
            }
            case END_OF_DATA -> {
                if (next == '\n') {
                    state = State.SIZE;
                } else if (next != '\r') {
                    throw new MalformedChunkCodingException("Unexpected content at the end of chunk");
                }
            }
            default -> takeTrailer(next);
        }
    }

    private void takeSize(byte next) throws IOException {
        int digit = Character.digit(next, 16);
        if (digit >= 0 && digits < MOST_DIGITS) {
            left = left << 4 | digit;
            digits++;
        } else if (digits > 0 && next == '\n') {
            begin();
        } else if (digits > 0 && (next == '\r' || next == ';' || next == ' ' || next == '\t')) {
            state = State.EXTENSION;
        } else {
            throw new MalformedChunkCodingException("Bad chunk header");
        }
    }

    private void begin() {
        state = left == 0 ? State.TRAILER : State.DATA;
        digits = 0;
        extra = 0;
    }

    /** Takes a byte of the trailers; an empty line ends the body. */
    private void takeTrailer(byte next) throws IOException {
        if (next == '\n') {
            state = inLine ? State.TRAILER : State.OVER;
            inLine = false;
        } else if (next != '\r') {
            inLine = true;
            countExtra();
        }
    }

    private void countExtra() throws IOException {
        if (++extra > LONGEST_EXTRA) {
            throw new MalformedChunkCodingException("more than " + LONGEST_EXTRA + " bytes beside the data of a chunk");
        }
    }
}
