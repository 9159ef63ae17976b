package io.github.dtstream.journal.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How far a journal is, as the last transaction with events wrote it.
 *
 * @param next the number of the next record
 * @param lastReceived when the newest record was received; null if there never was one
 * @param lastLive when the cloud sent the newest live record; null if there never was one
 * @param ends by partition of the events, the least offset behind the transaction's records: the end of a partition is there
 *     or later. Empty if the writer did not say
 */
record WriterState(
        long next, @Nullable Instant lastReceived, @Nullable Instant lastLive, List<Long> ends) {
    /**
     * The key of this state in the state topic. The key of a cursor is {@link #CURSOR} and the subscriber's name, that of the
     * writer is {@link #WRITER}, that of a shared subscriber is {@link SharedCursors#KEY} and its name; all other keys
     * belong to {@link TopicState}.
     */
    static final String KEY = "journal";

    /** The key of the identifier of the writer that took the journal over last. */
    static final String WRITER = "writer";

    /** The key of what a fenced writer writes to find out whether it may go on. */
    static final String FENCE = "fence";

    /** The key of an {@link TopicTarget.ImportMark}. */
    static final String IMPORT = "import";

    static final String CURSOR = "cursor/";

    private static final Duration POLL = Duration.ofMillis(500);
    /** So many polls in a row may bring nothing, 30 s together, before it is said that Kafka does not answer. */
    private static final int VAIN_POLLS = 60;

    private static final String NONE = "-";

    /** The state of a journal that was never written. */
    static final WriterState FIRST = new WriterState(1, null, null, List.of());

    /** @param ends see {@link #ends()} */
    WriterState(long next, @Nullable Instant lastReceived, @Nullable Instant lastLive, long[] ends) {
        this(next, lastReceived, lastLive, LongStream.of(ends).boxed().toList());
    }

    String text() {
        String text = next + " " + text(lastReceived) + " " + text(lastLive);
        return ends.isEmpty()
                ? text
                : text + " " + ends.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String text(@Nullable Instant time) {
        return time == null ? NONE : time.toString();
    }

    /** The state in the values of the state topic; {@link #FIRST} if there is none. */
    static WriterState in(Map<String, byte[]> values) throws IOException {
        byte[] text = values.get(KEY);
        return text == null ? FIRST : of(new String(text, StandardCharsets.UTF_8));
    }

    /** Whether the values of the state topic name this writer. */
    static boolean isWriter(String self, Map<String, byte[]> values) {
        return Arrays.equals(self.getBytes(StandardCharsets.UTF_8), values.get(WRITER));
    }

    private static WriterState of(String text) throws IOException {
        String[] parts = text.split(" ", -1);
        try {
            return new WriterState(Long.parseLong(parts[0]), time(parts[1]), time(parts[2]), ends(parts));
        } catch (IndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
            throw new IOException("the journal's state is not what a router writes: " + text, e);
        }
    }

    private static List<Long> ends(String[] parts) {
        return parts.length < 4
                ? List.of()
                : Stream.of(parts[3].split(",", -1)).map(Long::valueOf).toList();
    }

    private static @Nullable Instant time(String text) {
        return text.equals(NONE) ? null : Instant.parse(text);
    }

    /** All values of the state topic, by key. */
    static Map<String, byte[]> read(Topics topics) throws IOException {
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            return read(topics.state(), consumer, 0);
        }
    }

    /**
     * The same with a consumer that exists, and that is then assigned this topic.
     *
     * @param least an offset that the end has reached; see {@link #readOn}
     */
    static Map<String, byte[]> read(TopicPartition topic, Consumer<byte[], byte[]> consumer, long least)
            throws IOException {
        Map<String, byte[]> values = new HashMap<>();
        begin(topic, consumer);
        readOn(topic, consumer, least, Entries.into(values));
        return values;
    }

    /** Takes the keys and values of the state topic. */
    interface Entries {
        /** @param value null if the key is deleted */
        void add(String key, byte @Nullable [] value);

        /** Keeps the newest value of each key. */
        static Entries into(Map<String, byte[]> values) {
            return (key, value) -> {
                if (value == null) {
                    values.remove(key);
                } else {
                    values.put(key, value);
                }
            };
        }
    }

    /**
     * Reads the state topic to its present end, also values that later ones replace.
     *
     * @param least an offset that the end has reached; see {@link #readOn}
     */
    static void read(Topics topics, long least, Entries entries) throws IOException {
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            begin(topics.state(), consumer);
            readOn(topics.state(), consumer, least, entries);
        }
    }

    /** Has a consumer begin at the beginning of the state topic. */
    static void begin(TopicPartition topic, Consumer<byte[], byte[]> consumer) {
        consumer.assign(List.of(topic));
        consumer.seekToBeginning(List.of(topic));
    }

    /**
     * Reads from where the consumer is to the present end. A broker that was suspended believes for a moment that it still leads
     * a partition, and tells an end that is long past. So a writer that has fenced the one before reads at least up to what it
     * has written itself: only the broker that leads the partition took that.
     *
     * @param least an offset that the end has reached
     * @throws TimeoutException if the brokers do not send that much in time
     */
    static void readOn(TopicPartition topic, Consumer<byte[], byte[]> consumer, long least, Entries entries)
            throws IOException {
        long end = Math.max(least, consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L));
        int vain = 0;
        for (long at = consumer.position(topic); at < end; ) {
            if (vain == VAIN_POLLS) {
                throw new TimeoutException("it sends not all of the topic " + topic.topic());
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                byte[] key = record.key() == null ? new byte[0] : record.key();
                entries.add(new String(key, StandardCharsets.UTF_8), record.value());
            }
            long before = at;
            at = consumer.position(topic);
            vain = at == before ? vain + 1 : 0;
        }
    }
}
