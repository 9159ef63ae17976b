package io.github.dtstream.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A small value that is replaced as a whole and survives a crash, kept in a file or with the events of a journal. A
 * reader gets one of the saved contents; after {@link #save} has returned, it gets the newest. Saved by one thread at a
 * time.
 *
 * <p>{@code toString} says where it is kept.
 */
public interface DurableState {
    /** Reads the value of a content. */
    @FunctionalInterface
    interface Reader<T> {
        /** @throws IOException if the content is not valid */
        T read(byte[] content) throws IOException;
    }

    /** Writes a content. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The result of {@link #load}. */
    record Content<T>(Optional<T> value, boolean damaged) {}

    /**
     * Reads the newest valid content. Invalid content is logged, and kept as long as possible.
     *
     * @return {@code damaged} if there was content that is not valid
     * @throws IOException if the content cannot be read now; it may be valid, and is not changed
     */
    <T> Content<T> load(Reader<T> reader) throws IOException;

    /**
     * Replaces the content; it is durable when this returns.
     *
     * @throws IOException if that did not happen in time; it may happen later
     */
    void save(Writer content) throws IOException;

    /** The same as {@link #save(Writer)}, for a content that is in memory as a whole. */
    default void save(byte[] content) throws IOException {
        save(out -> out.write(content));
    }

    /**
     * Replaces the content without waiting for other machines. It becomes durable soon, and at the latest before any
     * record that is appended to the journal after this call. A content that depends on records appended before must be
     * saved after these are flushed.
     *
     * @throws IOException if it was refused
     */
    void saveInOrder(byte[] content) throws IOException;

    /** Why the last content of {@link #saveInOrder} is not durable yet; empty if it is, or will be soon. */
    Optional<String> problem();
}
