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
import java.util.Set;
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
        Beginning known = read(topics, sharing.subscriber(), 0);
        if (known == null) {
            long written = write(topics, sharing.subscriber(), now(topics, sharing, skipped));
            known = read(topics, sharing.subscriber(), written);
        }
        if (known == null) {
            throw new IOException("the beginning of " + sharing.subscriber() + " was written and cannot be read");
        }
        if (!Arrays.equals(known.lowest(), known.last())) {
            // brokers keep only what was written last
            long unused = write(topics, sharing.subscriber(), known.lowest());
        }
        return known.lowest();
    }

    /** What was written as a beginning: by partition, the lowest offset, and the one that was written last. */
    record Beginning(long[] lowest, long[] last) {
        static Beginning of(List<String> texts, int partitions) {
            List<long[]> all =
                    texts.stream().map(text -> offsets(text, partitions)).toList();
            long[] lowest = all.stream().reduce(SharedCursors::lower).orElseThrow();
            return new Beginning(lowest, all.get(all.size() - 1));
        }
    }

    /** What was written for the subscriber; null if there is nothing. */
    private static @Nullable Beginning read(Topics topics, String subscriber, long least) throws IOException {
        return read(topics, Set.of(subscriber), least).get(subscriber);
    }

    /**
     * The same for several subscribers, which are read at once.
     *
     * @param least an offset that the end of the state topic has reached
     */
    private static Map<String, Beginning> read(Topics topics, Set<String> subscribers, long least) throws IOException {
        Map<String, Beginning> beginnings = new HashMap<>();
        for (Map.Entry<String, List<String>> written :
                texts(topics, subscribers, least).entrySet()) {
            try {
                beginnings.put(
                        written.getKey(),
                        Beginning.of(written.getValue(), topics.partitions().size()));
            } catch (NumberFormatException e) {
                throw new IOException("the beginning of " + written.getKey() + " is not what a router writes", e);
            }
        }
        return beginnings;
    }

    /** By subscriber, everything that was written as its beginning. */
    private static Map<String, List<String>> texts(Topics topics, Set<String> subscribers, long least)
            throws IOException {
        Map<String, List<String>> texts = new HashMap<>();
        WriterState.read(topics, least, (key, value) -> {
            String subscriber = key.startsWith(KEY) ? key.substring(KEY.length()) : "";
            if (value != null && subscribers.contains(subscriber)) {
                texts.computeIfAbsent(subscriber, any -> new ArrayList<>())
                        .add(new String(value, StandardCharsets.UTF_8));
            }
        });
        return texts;
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
            return topics.byPartition(
                    first ? consumer.beginningOffsets(topics.partitions()) : consumer.endOffsets(topics.partitions()));
        }
    }

    /** @return an offset that the end of the state topic has reached */
    private static long write(Topics topics, String subscriber, long[] offsets)
            throws IOException, InterruptedException {
        String text = Arrays.stream(offsets).mapToObj(Long::toString).collect(Collectors.joining(" "));
        try (Producer<byte[], byte[]> producer = topics.plainProducer()) {
            return producer.send(new ProducerRecord<>(
                                    topics.state().topic(),
                                    topics.state().partition(),
                                    (KEY + subscriber).getBytes(StandardCharsets.UTF_8),
                                    text.getBytes(StandardCharsets.UTF_8)))
                            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                            .offset()
                    + 1;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the beginning of " + subscriber + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Adds the shared subscribers to the cursors. Where a subscriber has both, as it was shared for a part of the time, the
     * lower number counts.
     *
     * @param state what the state topic has, by key
     * @param cursors the cursors of subscribers that are not shared
     * @param next the number of the journal's next record
     * @throws IOException if the brokers do not say where a subscriber is; the message names its group
     */
    static List<Cursor> added(
            Topics topics, Map<String, byte[]> state, TopicReader reader, List<Cursor> cursors, long next)
            throws IOException, InterruptedException {
        Set<String> shared = state.keySet().stream()
                .filter(key -> key.startsWith(KEY))
                .map(key -> key.substring(KEY.length()))
                .collect(Collectors.toSet());
        if (shared.isEmpty()) {
            return cursors;
        }
        Map<String, Cursor> all = new TreeMap<>();
        cursors.forEach(cursor -> all.put(cursor.subscriber(), cursor));
        Map<String, Beginning> beginnings = read(topics, shared, 0);
        try (Admin admin = topics.admin()) {
            for (String subscriber : shared) {
                Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, topics, subscriber);
                boolean isForgotten = committed.values().stream().noneMatch(offset -> offset != null);
                if (isForgotten && all.containsKey(subscriber)) {
                    continue; // it was shared more than a week ago
                }
                Beginning beginning = beginnings.get(subscriber);
                if (beginning == null) {
                    throw new IOException("the beginning of the shared subscriber " + subscriber + " cannot be read");
                }
                long number = reader.lowest(offsets(topics, committed, beginning.lowest()), next);
                Cursor cursor = new Cursor(subscriber, number, Duration.ZERO);
                all.merge(subscriber, cursor, (one, other) -> one.next() <= other.next() ? one : other);
            }
        }
        return new ArrayList<>(all.values());
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, Topics topics, String subscriber)
            throws IOException, InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(SharedReader.group(topics.name(), subscriber))
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (ExecutionException e) {
            throw KafkaFailure.exception(
                    "the cursors of the shared subscriber " + subscriber + " cannot be read", e, topics.servers());
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
