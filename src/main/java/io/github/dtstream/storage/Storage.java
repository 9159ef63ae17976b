package io.github.dtstream.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The journal's one door to the file system, so that a test can let any single operation fail. Thread-safe. */
public interface Storage {
    /** Creates the folder and its parents where they are missing. */
    void createDirectories(Path directory) throws IOException;

    /** The names of the files in a folder, sorted. */
    List<String> list(Path directory) throws IOException;

    /** Opens an existing file for reading and writing. */
    OpenFile open(Path file) throws IOException;

    /** Creates a file, emptying one that is there. */
    OpenFile create(Path file) throws IOException;

    /** Deletes a file; one that is not there is no error. */
    void delete(Path file) throws IOException;

    /** Makes the folder's entries durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * An open file, addressed by absolute offsets. Used by one thread at a time, except that {@link #force} may run beside
     * {@link #write}. An interrupt does not close it.
     */
    interface OpenFile extends Closeable {
        /** Reads up to {@code length} bytes; returns how many, or -1 at the end of the file. */
        int read(byte[] into, int offset, int length, long position) throws IOException;

        /** Writes all bytes; after an exception any number of them may have been written. */
        void write(byte[] bytes, int offset, int length, long position) throws IOException;

        /** Cuts the file off. */
        void truncate(long size) throws IOException;

        /** Waits until all that was written is on the device. */
        void force() throws IOException;

        /** The file's length in bytes. */
        long size() throws IOException;
    }
}
