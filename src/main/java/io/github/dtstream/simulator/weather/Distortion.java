package io.github.dtstream.simulator.weather;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** How the bytes of a good answer are changed on their way. */
public enum Distortion {
    /** They are compressed, and the answer says so, whether or not the client supports that. */
    GZIP,
    /** A byte-order mark is added before them. */
    BYTE_ORDER_MARK,
    /** They are held back until there are 64 KiB of them, or the last one has come. */
    BUFFERING;

    private static final int BLOCK_BYTES = 64 << 10;
    private static final int GZIP_BUFFER_BYTES = 512;
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /** A stream that changes the written bytes and writes them to another stream; close it after the last byte. */
    public OutputStream before(OutputStream body) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPOutputStream(body, GZIP_BUFFER_BYTES, true);
            case BYTE_ORDER_MARK -> {
                body.write(MARK);
                yield body;
            }
            case BUFFERING -> new Blocks(body);
        };
    }

    public byte[] distorted(byte[] whole) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = before(bytes)) {
            out.write(whole);
        }
        return bytes.toByteArray();
    }

    /** Holds bytes although a reader waits. */
    private static final class Blocks extends BufferedOutputStream {
        Blocks(OutputStream body) {
            super(body, BLOCK_BYTES);
        }

        @Override
        public synchronized void flush() {
            // Only full blocks are sent.
        }

        @Override
        public void close() throws IOException {
            super.flush();
            out.close();
        }
    }
}
