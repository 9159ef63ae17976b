package io.github.dtstream.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A small value that is replaced as a whole and survives a crash. It is kept in a file or with the events of a journal.
 * {@link #load} returns one of the saved contents; after {@link #save} has returned, it returns that content or a newer
 * one. One thread at a time saves.
 *
 * <p>{@code toString} says where the value is kept.
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
     * Replaces the content. The new content is durable when this method returns.
     *
     * @throws IOException if the content did not become durable in time; it may do so later
     */
    void save(Writer content) throws IOException;

    /** The same as {@link #save(Writer)}, for a content that is entirely in memory. */
    default void save(byte[] content) throws IOException {
        save(out -> out.write(content));
    }

    /**
     * Replaces the content without waiting for other machines. The content becomes durable soon, and never later than a
     * record that is appended to the journal after this call. If the content depends on records that were appended
     * earlier, flush them before this call.
     *
     * @throws IOException if the content was refused
     */
    void saveInOrder(byte[] content) throws IOException;

    /** Why the last content of {@link #saveInOrder} is not durable yet; empty if it is durable, or will be soon. */
    Optional<String> problem();
}
