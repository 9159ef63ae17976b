package io.github.dtstream.storage;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The only access to the file system for everything that must survive a crash, so that a test can make any single
 * operation fail. Thread-safe. An interrupt ends no operation: a thread that is stopped finishes writing.
 */
public interface Storage {
    /** Creates the folder and its missing parents; their names are durable when this returns. */
    void createDirectories(Path directory) throws IOException;

    /** The names of the files in a folder, sorted. */
    List<String> list(Path directory) throws IOException;

    boolean exists(Path file);

    /**
     * Reads a file that is small enough for memory.
     *
     * @throws java.nio.file.NoSuchFileException if it does not exist
     */
    byte[] read(Path file) throws IOException;

    /**
     * Opens an existing file for reading and writing.
     *
     * @throws java.nio.file.NoSuchFileException if it does not exist
     */
    OpenFile open(Path file) throws IOException;

    /** Creates a file, or empties an existing one. */
    OpenFile create(Path file) throws IOException;

    /** Opens a file for reading and writing; creates it if it does not exist, and otherwise keeps its content. */
    OpenFile openOrCreate(Path file) throws IOException;

    /** Renames a file within its folder in one step; an existing file of that name is replaced. */
    void move(Path from, Path to) throws IOException;

    /** Deletes a file, if it exists. */
    void delete(Path file) throws IOException;

    /** Makes the folder's entries durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * An open file, with absolute offsets. Used by one thread at a time, except that {@link #force} may run during
     * {@link #write}.
     */
    interface OpenFile extends Closeable {
        /** Reads up to {@code length} bytes; returns how many, or -1 at the end of the file. */
        int read(byte[] into, int offset, int length, long position) throws IOException;

        /**
         * Fills the array.
         *
         * @throws EOFException if the file ends too early
         */
        default void readFully(byte[] into, long position) throws IOException {
            int length = 0;
            while (length < into.length) {
                int count = read(into, length, into.length - length, position + length);
                if (count < 0) {
                    throw new EOFException("the file ends at " + (position + length) + ", not at "
                            + (position + into.length) + " or later");
                }
                length += count;
            }
        }

        /** Writes all bytes; after an exception, any number of them may have been written. */
        void write(byte[] bytes, int offset, int length, long position) throws IOException;

        /** Cuts the file to a size. */
        void truncate(long size) throws IOException;

        /** Waits until everything that was written is on the device. */
        void force() throws IOException;

        /** The file's length in bytes. */
        long size() throws IOException;
    }
}
