package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a shared subscriber began, by partition. The state topic keeps it, because brokers forget the offsets of a group
 * that is absent for a week: a subscriber that has a beginning and no offset is not new, and must not skip what it missed.
 * Stateless.
 *
 * <p>Two processes may write a beginning at the same time. Each of them reads both, and the lower offset counts.
 */
final class SharedBeginning {
    /** The prefix of the keys in the state topic. */
    static final String KEY = "begin/";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SharedBeginning() {}

    /**
     * The offsets where the subscriber began. A new one begins now, and that is written when this returns. If a subscriber
     * of that name has a cursor, as routes that are not shared have, the new one begins there.
     */
    static long[] of(Topics topics, Sharing sharing, SkippedRecords skipped) throws IOException, InterruptedException {
        long[] known = read(topics, sharing.subscriber());
        if (known != null) {
            return known;
        }
        write(topics, sharing.subscriber(), now(topics, sharing, skipped));
        long[] written = read(topics, sharing.subscriber());
        if (written == null) {
            throw new IOException("the beginning of " + sharing.subscriber() + " was written and cannot be read");
        }
        return written;
    }

    /** By partition, the lowest offset that was written for the subscriber; null if there is none. */
    private static long @Nullable [] read(Topics topics, String subscriber) throws IOException {
        Map<String, long[]> lowest = new HashMap<>();
        int partitions = topics.partitions().size();
        try {
            WriterState.read(topics, (key, value) -> {
                if (key.equals(KEY + subscriber) && value != null) {
                    long[] offsets = offsets(new String(value, StandardCharsets.UTF_8), partitions);
                    lowest.merge(key, offsets, SharedBeginning::lower);
                }
            });
        } catch (NumberFormatException e) {
            throw new IOException("the beginning of " + subscriber + " is not what a router writes", e);
        }
        return lowest.get(KEY + subscriber);
    }

    /** A partition that was added later begins at 0. */
    private static long[] offsets(String text, int partitions) {
        long[] offsets =
                Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return Arrays.copyOf(offsets, partitions);
    }

    private static long[] lower(long[] one, long[] other) {
        long[] lower = new long[one.length];
        Arrays.setAll(lower, partition -> Math.min(one[partition], other[partition]));
        return lower;
    }

    private static long[] now(Topics topics, Sharing sharing, SkippedRecords skipped)
            throws IOException, InterruptedException {
        String cursor = cursor(topics, sharing.subscriber());
        if (cursor != null) {
            long[] ends = bounds(topics, false);
            try (TopicReader reader =
                    new TopicReader(topics, () -> ends, new EnvelopeDecoder()::decodeEvent, skipped, gone -> {})) {
                return reader.offsets(Long.parseLong(cursor));
            }
        }
        return bounds(topics, sharing.start() == Journal.Start.BEGINNING);
    }

    private static @Nullable String cursor(Topics topics, String subscriber) throws IOException {
        byte[] cursor = WriterState.read(topics).get(WriterState.CURSOR + subscriber);
        return cursor == null ? null : new String(cursor, StandardCharsets.UTF_8).replaceFirst(" .*", "");
    }

    /** By partition, the offset of the first record, or the one behind the last committed record. */
    private static long[] bounds(Topics topics, boolean first) {
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            Map<TopicPartition, Long> bounds =
                    first ? consumer.beginningOffsets(topics.partitions()) : consumer.endOffsets(topics.partitions());
            return topics.partitions().stream()
                    .mapToLong(partition -> bounds.getOrDefault(partition, 0L))
                    .toArray();
        }
    }

    private static void write(Topics topics, String subscriber, long[] offsets)
            throws IOException, InterruptedException {
        String text = Arrays.stream(offsets).mapToObj(Long::toString).collect(Collectors.joining(" "));
        try (Producer<byte[], byte[]> producer = topics.plainProducer()) {
            producer.send(new ProducerRecord<>(
                            topics.state().topic(),
                            topics.state().partition(),
                            (KEY + subscriber).getBytes(StandardCharsets.UTF_8),
                            text.getBytes(StandardCharsets.UTF_8)))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the beginning of " + subscriber + " cannot be written: " + e.getMessage(), e);
        }
    }
}
