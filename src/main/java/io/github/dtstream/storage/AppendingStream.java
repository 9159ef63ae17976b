package io.github.dtstream.storage;

import java.io.IOException;
import java.io.OutputStream;

/** Writes to an open file from a position on, and does not close it. Used by one thread. */
public final class AppendingStream extends OutputStream {
    private final Storage.OpenFile file;
    private long position;

    /** Writes from the file's beginning on. */
    AppendingStream(Storage.OpenFile file) {
        this(file, 0);
    }

    /** @param position the position of the first byte */
    public AppendingStream(Storage.OpenFile file, long position) {
        this.file = file;
        this.position = position;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        file.write(bytes, offset, count, position);
        position += count;
    }
}
