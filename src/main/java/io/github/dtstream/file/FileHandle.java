package io.github.dtstream.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * An open file, as far as appending needs it. Used by one thread at a time.
 *
 * <p>Unlike a {@link java.nio.channels.FileChannel}, none of this is ended by an interrupt: a thread that is told to stop
 * finishes the line it is writing.
 */
interface FileHandle extends Closeable {

    /** How a file is opened; created if it is absent. */
    @FunctionalInterface
    interface Opener {
        FileHandle open(Path file) throws IOException;
    }

    long length() throws IOException;

    /** Fills the array from the position on. */
    void read(long position, byte[] into) throws IOException;

    void write(long position, byte[] bytes, int offset, int count) throws IOException;

    void truncate(long length) throws IOException;

    /** Returns when content and length are on the disk. */
    void sync() throws IOException;

    /** Opens a file of the default file system. */
    static FileHandle open(Path file) throws IOException {
        RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        return new FileHandle() {
            @Override
            public long length() throws IOException {
                return open.length();
            }

            @Override
            public void read(long position, byte[] into) throws IOException {
                open.seek(position);
                open.readFully(into);
            }

            @Override
            public void write(long position, byte[] bytes, int offset, int count) throws IOException {
                open.seek(position);
                open.write(bytes, offset, count);
            }

            @Override
            public void truncate(long length) throws IOException {
                open.setLength(length);
            }

            @Override
            public void sync() throws IOException {
                open.getFD().sync();
            }

            @Override
            public void close() throws IOException {
                open.close();
            }
        };
    }
}
