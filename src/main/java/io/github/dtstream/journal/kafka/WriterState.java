package io.github.dtstream.journal.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the last transaction left of who writes a journal, and of where it stands.
 *
 * @param writer who made it
 * @param next the number that the next record gets
 * @param lastReceived when the newest record was received; null if there never was one
 * @param lastLive when the cloud had sent the newest live one; null if there never was one
 */
record WriterState(
        String writer,
        long next,
        @Nullable Instant lastReceived,
        @Nullable Instant lastLive) {
    /** Its key in the state topic; those of cursors are {@link #CURSOR} and the subscriber's name, others of {@link TopicState}. */
    static final String KEY = "journal";

    static final String CURSOR = "cursor/";

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int POLLS = 60;
    private static final String NONE = "-";

    /** Before anything was written. */
    static final WriterState FIRST = new WriterState(NONE, 1, null, null);

    String text() {
        return writer + " " + next + " " + text(lastReceived) + " " + text(lastLive);
    }

    private static String text(@Nullable Instant time) {
        return time == null ? NONE : time.toString();
    }

    /** What stands there; {@link #FIRST} if nothing does. */
    static WriterState in(Map<String, byte[]> values) throws IOException {
        byte[] text = values.get(KEY);
        return text == null ? FIRST : of(new String(text, StandardCharsets.UTF_8));
    }

    private static WriterState of(String text) throws IOException {
        String[] parts = text.split(" ", -1);
        try {
            return new WriterState(parts[0], Long.parseLong(parts[1]), time(parts[2]), time(parts[3]));
        } catch (IndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
            throw new IOException("the journal's state is not what a router writes: " + text, e);
        }
    }

    private static @Nullable Instant time(String text) {
        return text.equals(NONE) ? null : Instant.parse(text);
    }

    /** All that the state topic holds, by key. */
    static Map<String, byte[]> read(Topics topics) throws IOException {
        Map<String, byte[]> values = new HashMap<>();
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            consumer.assign(List.of(topics.state()));
            long end = consumer.endOffsets(List.of(topics.state())).getOrDefault(topics.state(), 0L);
            consumer.seekToBeginning(List.of(topics.state()));
            for (int poll = 0; consumer.position(topics.state()) < end; poll++) {
                if (poll == POLLS) {
                    throw new IOException("Kafka does not answer");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    put(record, values);
                }
            }
        }
        return values;
    }

    private static void put(ConsumerRecord<byte[], byte[]> record, Map<String, byte[]> values) {
        String key = new String(record.key() == null ? new byte[0] : record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            values.remove(key);
        } else {
            values.put(key, record.value());
        }
    }
}
