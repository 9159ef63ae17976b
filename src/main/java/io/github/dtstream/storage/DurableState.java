package io.github.dtstream.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A small value that is replaced as a whole and survives a crash, kept in a file or beside the events of a journal. Who has
 * saved it may read one of the contents saved, the newest one from the moment that {@link #save} returns. Saved by one thread
 * at a time.
 *
 * <p>{@code toString} says where it is kept.
 */
public interface DurableState {
    /** Reads what a content means. */
    @FunctionalInterface
    interface Reader<T> {
        /** @throws IOException if it means nothing */
        T read(byte[] content) throws IOException;
    }

    /** Writes a content. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** What was found. */
    record Content<T>(Optional<T> value, boolean damaged) {}

    /**
     * Reads the newest content that means something; one that means nothing is told in the log and kept as long as possible.
     *
     * @return {@code damaged} if there was one that meant nothing
     * @throws IOException if what is there is not given, which says nothing of it: all stays as it is
     */
    <T> Content<T> load(Reader<T> reader) throws IOException;

    /**
     * Replaces the content; it is durable when this returns.
     *
     * @throws IOException if that did not happen in time; it may happen later
     */
    void save(Writer content) throws IOException;

    /** As {@link #save(Writer)}, of what is in memory as a whole. */
    default void save(byte[] content) throws IOException {
        save(out -> out.write(content));
    }

    /**
     * Replaces the content without a wait for other machines. It becomes durable soon, and no later than any record that is
     * appended to the journal after this call. Who saves what follows from records appended before flushes those first.
     *
     * @throws IOException if it was refused
     */
    void saveInOrder(byte[] content) throws IOException;

    /** Why what {@link #saveInOrder} was given last is not durable yet; empty if it is, or soon. */
    Optional<String> problem();
}
