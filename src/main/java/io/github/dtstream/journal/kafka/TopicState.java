package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.kafka.Writer.KeyedValue;
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
 * The state that is kept with the events of a journal, as keys of its state topic. The commit thread writes it in its
 * next transaction, with the appended events; {@link #save} waits a few seconds for that. Thread-safe: one lock, under
 * which the append queue's lock is taken.
 *
 * <p>Two slots are written in turn, so that the content before the newest one also remains. A slot has one key for its
 * head and one key for each part of the content, because a record of Kafka may have a megabyte only. The head holds the
 * generation and the number of parts.
 */
final class TopicState implements DurableState {
    /** The beginning of this state's keys in the state topic. */
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
    /** By slot, the number of its parts in the topic. */
    private final int[] parts = new int[SLOTS];
    /** The generation that the next content gets. */
    private long next = 1;
    /** The keys of this state when the journal was opened; null once they are read. */
    private @Nullable Map<String, byte[]> opened;

    private long puts;
    /** The number of the newest durable content. */
    private long durable;
    /** The content that is not written yet; null if there is none. */
    private @Nullable Waiting waiting;

    private @Nullable String refusal;
    private boolean closed;

    /** Reads the state topic. */
    interface Source {
        Map<String, byte[]> read() throws IOException;
    }

    private record Waiting(long number, byte[] content) {}

    /** A content that is to be written. */
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

    /** Loads the slots from the values of the state topic when the journal is opened. */
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

    /** Makes the next content replace the damaged one of this generation, so that the readable content is kept. */
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
     * The content that is to be written; null if there is none. Take the events of a transaction from the queue before
     * this call: then the content includes everything that was saved before any of them was appended.
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

    /** The records that write a change. */
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

    /** Called when this change is committed. */
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

    /** Called when the content could not be written. The commit thread tries again. */
    void refused(String reason) {
        lock.lock();
        try {
            refusal = reason;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Called when nothing is written any more. Wakes the threads that wait for it.
     *
     * @param reason why nothing is written
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
