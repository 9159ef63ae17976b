package io.github.dtstream.journal.kafka;

import io.github.dtstream.storage.DurableState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What survives beside the events of a journal, as keys of its state topic. The commit thread writes it in its next transaction,
 * with what was appended; {@link #save} waits for that, for a few seconds. Thread-safe: one lock, under which the append queue's
 * is taken.
 *
 * <p>There are two slots, which are written in turn, so that the content before the newest one is there, too. A slot is a key
 * that says which generation it holds and of how many parts, and a key for each part, as a record of Kafka may have a megabyte.
 */
final class TopicState implements DurableState {
    /** The beginning of its keys in the state topic. */
    static final String KEY = "state/";

    private static final Logger LOG = LoggerFactory.getLogger(TopicState.class);
    private static final int PART_BYTES = 512 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SLOTS = 2;

    private final String topic;
    private final Source source;
    private final Runnable wakeWriter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition written = lock.newCondition();

    // All guarded by the lock.
    /** By slot, how many parts it has in the topic. */
    private final int[] parts = new int[SLOTS];
    /** The generation that the next content gets. */
    private long next = 1;
    /** What was there when the journal was opened, until it was read. */
    private @Nullable Map<String, byte[]> opened;

    private long puts;
    /** The number of the newest content that is written. */
    private long durable;
    /** What is not written yet; null if all is. */
    private @Nullable Waiting waiting;

    private @Nullable String refusal;
    private boolean closed;

    /** Reads the state topic. */
    interface Source {
        Map<String, byte[]> read() throws IOException;
    }

    private record Waiting(long number, byte[] content) {}

    /** What is to be written. */
    record Change(long number, long generation, byte[] content) {
        private int slot() {
            return (int) (generation % SLOTS);
        }

        private int parts() {
            return (content.length + PART_BYTES - 1) / PART_BYTES;
        }
    }

    private record Head(long generation, int parts) {
        private static Head of(byte[] text) throws IOException {
            String[] words = new String(text, StandardCharsets.UTF_8).split(" ", -1);
            try {
                return new Head(Long.parseLong(words[0]), Integer.parseInt(words[1]));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException("it is not what a router writes", e);
            }
        }
    }

    /** @param topic the name of the state topic */
    TopicState(String topic, Source source, Runnable wakeWriter) {
        this.topic = topic;
        this.source = source;
        this.wakeWriter = wakeWriter;
    }

    /** Takes over what the state topic holds as the journal is opened. */
    void open(Map<String, byte[]> state) throws IOException {
        Map<String, byte[]> own = new HashMap<>(state);
        own.keySet().removeIf(key -> !key.startsWith(KEY));
        for (int slot = 0; slot < SLOTS; slot++) {
            byte[] head = own.get(KEY + slot);
            if (head != null) {
                parts[slot] = Head.of(head).parts();
                next = Math.max(next, Head.of(head).generation() + 1);
            }
        }
        opened = own;
    }

    @Override
    public <T> Content<T> load(Reader<T> reader) throws IOException {
        Map<String, byte[]> first;
        lock.lock();
        try {
            first = opened;
            opened = null;
        } finally {
            lock.unlock();
        }
        Map<String, byte[]> state = first == null ? source.read() : first;
        int newest = generation(state, 0) > generation(state, 1) ? 0 : 1;
        boolean damaged = false;
        for (int slot : new int[] {newest, 1 - newest}) {
            if (state.containsKey(KEY + slot)) {
                try {
                    return new Content<>(Optional.of(reader.read(content(state, slot))), damaged);
                } catch (IOException e) {
                    damaged = true;
                    LOG.error("{} cannot be read: {}", this, e.getMessage());
                    replace(generation(state, slot));
                }
            }
        }
        return new Content<>(Optional.empty(), damaged);
    }

    /** What can be read is kept: the next content comes where that of this generation stands. */
    private void replace(long generation) {
        lock.lock();
        try {
            next = generation + SLOTS;
        } finally {
            lock.unlock();
        }
    }

    private static long generation(Map<String, byte[]> state, int slot) throws IOException {
        byte[] head = state.get(KEY + slot);
        return head == null ? 0 : Head.of(head).generation();
    }

    private static byte[] content(Map<String, byte[]> state, int slot) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        int count = Head.of(state.getOrDefault(KEY + slot, new byte[0])).parts();
        for (int part = 0; part < count; part++) {
            byte[] bytes = state.get(partKey(slot, part));
            if (bytes == null) {
                throw new IOException("a part of it is missing");
            }
            joined.writeBytes(bytes);
        }
        return joined.toByteArray();
    }

    private static String partKey(int slot, int part) {
        return KEY + slot + "/" + part;
    }

    @Override
    public void save(Writer content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.writeTo(out);
        lock.lock();
        try {
            long number = put(out.toByteArray());
            long left = PATIENCE.toNanos();
            while (durable < number && !closed && left > 0) {
                left = written.awaitNanos(left);
            }
            if (durable < number) {
                throw new IOException(refusal == null ? "Kafka has not taken it yet" : refusal);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + this + " was written", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void saveInOrder(byte[] content) throws IOException {
        lock.lock();
        try {
            put(content);
        } finally {
            lock.unlock();
        }
    }

    private long put(byte[] content) throws IOException {
        if (closed) {
            throw new IOException(refusal == null ? "the journal is closed" : refusal);
        }
        puts++;
        waiting = new Waiting(puts, content);
        wakeWriter.run();
        return puts;
    }

    @Override
    public Optional<String> problem() {
        lock.lock();
        try {
            return waiting == null ? Optional.empty() : Optional.ofNullable(refusal);
        } finally {
            lock.unlock();
        }
    }

    boolean isDirty() {
        return change() != null;
    }

    /**
     * What is to be written; null if nothing is. Asked after the events were taken that are written with it, it has what was
     * saved before any of these was appended.
     */
    @Nullable
    Change change() {
        lock.lock();
        try {
            Waiting newest = waiting;
            return newest == null ? null : new Change(newest.number(), next, newest.content());
        } finally {
            lock.unlock();
        }
    }

    /** A change as records. */
    List<KeyedValue> records(Change change) {
        List<KeyedValue> records = new ArrayList<>();
        String head = change.generation() + " " + change.parts();
        records.add(new KeyedValue(KEY + change.slot(), head.getBytes(StandardCharsets.UTF_8)));
        byte[] content = change.content();
        for (int part = 0; part < change.parts(); part++) {
            int begin = part * PART_BYTES;
            records.add(new KeyedValue(
                    partKey(change.slot(), part),
                    Arrays.copyOfRange(content, begin, Math.min(content.length, begin + PART_BYTES))));
        }
        lock.lock();
        try {
            for (int part = change.parts(); part < parts[change.slot()]; part++) {
                records.add(new KeyedValue(partKey(change.slot(), part), null));
            }
        } finally {
            lock.unlock();
        }
        return records;
    }

    /** This is committed. */
    void written(Change change) {
        lock.lock();
        try {
            parts[change.slot()] = change.parts();
            next = change.generation() + 1;
            durable = change.number();
            refusal = null;
            if (waiting != null && waiting.number() == change.number()) {
                waiting = null;
            }
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It could not be written, which is tried again. */
    void refused(String reason) {
        lock.lock();
        try {
            refusal = reason;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nothing is written any more: who waits for it waits in vain.
     *
     * @param reason why
     */
    void close(String reason) {
        lock.lock();
        try {
            closed = true;
            refusal = reason;
            waiting = null;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "the state in the topic " + topic;
    }
}
