package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSnapshot.Cursor;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where shared subscribers began, and how far they are. Stateless.
 *
 * <p>The state topic keeps where a subscriber began, by partition, because brokers forget the offsets of a group that is
 * absent for a week: a subscriber that has a beginning and no offset is not new, and must not skip what it missed. Two
 * processes may write a beginning at the same time. Each of them reads both, and the lower offset counts.
 *
 * <p>How far a subscriber is, its group's offsets say. Other stores have no partitions, so a journal that leaves this Kafka
 * takes along the lowest number that the subscriber has not committed in any partition: it then delivers some records
 * again, and loses none.
 */
final class SharedCursors {
    /** The prefix of the keys in the state topic. */
    static final String KEY = "begin/";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SharedCursors() {}

    /**
     * The offsets where the subscriber began. A new one begins now, and that is written when this returns. If a subscriber
     * of that name has a cursor, as routes that are not shared have, the new one begins there.
     */
    static long[] beginning(Topics topics, Sharing sharing, SkippedRecords skipped)
            throws IOException, InterruptedException {
        long[] known = read(topics, sharing.subscriber());
        if (known != null) {
            return known;
        }
        write(topics, sharing.subscriber(), now(topics, sharing, skipped));
        return known(topics, sharing.subscriber());
    }

    /**
     * The offsets where a subscriber began that has begun.
     *
     * @throws IOException if it has not
     */
    private static long[] known(Topics topics, String subscriber) throws IOException {
        long[] known = read(topics, subscriber);
        if (known == null) {
            throw new IOException("the beginning of " + subscriber + " was written and cannot be read");
        }
        return known;
    }

    /** By partition, the lowest offset that was written for the subscriber; null if there is none. */
    private static long @Nullable [] read(Topics topics, String subscriber) throws IOException {
        Map<String, long[]> lowest = new HashMap<>();
        int partitions = topics.partitions().size();
        try {
            WriterState.read(topics, (key, value) -> {
                if (key.equals(KEY + subscriber) && value != null) {
                    long[] offsets = offsets(new String(value, StandardCharsets.UTF_8), partitions);
                    lowest.merge(key, offsets, SharedCursors::lower);
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

    /**
     * Adds the shared subscribers to the cursors. Where a subscriber has both, as it was shared for a part of the time, the
     * lower number counts.
     *
     * @param journal the settings of the journal's topics
     * @param state what the state topic has, by key
     * @param cursors the cursors of subscribers that are not shared
     * @param next the number of the journal's next record
     * @throws IOException if the brokers do not say where a subscriber is; the message names its group
     */
    static List<Cursor> added(
            KafkaSettings journal,
            Topics topics,
            Map<String, byte[]> state,
            TopicReader reader,
            List<Cursor> cursors,
            long next)
            throws IOException, InterruptedException {
        Map<String, Cursor> all = new TreeMap<>();
        cursors.forEach(cursor -> all.put(cursor.subscriber(), cursor));
        List<String> shared = state.keySet().stream()
                .filter(key -> key.startsWith(KEY))
                .map(key -> key.substring(KEY.length()))
                .toList();
        if (shared.isEmpty()) {
            return cursors;
        }
        try (Admin admin = topics.admin()) {
            for (String subscriber : shared) {
                Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, journal, subscriber);
                boolean isForgotten = committed.values().stream().noneMatch(offset -> offset != null);
                if (isForgotten && all.containsKey(subscriber)) {
                    continue; // it was shared more than a week ago
                }
                long number = reader.lowest(offsets(topics, committed, known(topics, subscriber)), next);
                Cursor cursor = new Cursor(subscriber, number, Duration.ZERO);
                all.merge(subscriber, cursor, (one, other) -> one.next() <= other.next() ? one : other);
            }
        }
        return new ArrayList<>(all.values());
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(
            Admin admin, KafkaSettings journal, String subscriber) throws IOException, InterruptedException {
        String group = SharedReader.group(journal, subscriber);
        try {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (ExecutionException e) {
            throw KafkaFailure.exception(
                    "the cursors of the shared subscriber " + subscriber + " cannot be read", e, journal.servers());
        }
    }

    /** A partition of which nothing was committed is read from where the subscriber began. */
    private static long[] offsets(Topics topics, Map<TopicPartition, OffsetAndMetadata> committed, long[] beginning) {
        long[] offsets = beginning.clone();
        for (TopicPartition partition : topics.partitions()) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset != null) {
                offsets[partition.partition()] = offset.offset();
            }
        }
        return offsets;
    }
}
