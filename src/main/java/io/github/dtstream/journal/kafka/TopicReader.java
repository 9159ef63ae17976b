package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.buffer.PastReader;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the partitions of a journal as one sequence, in the order of the numbers. This works because the numbers grow
 * within each partition, and because it is known at which offset each partition ended when the newest durable record was
 * committed. Not thread-safe.
 */
final class TopicReader implements PastReader {
    private static final Duration FETCH = Duration.ofMillis(200);
    private static final int PROBES_MAX = 50;
    /** So many fetches in a row may bring nothing, 30 s together, before it is said that Kafka does not answer. */
    private static final int VAIN_MAX = 150;

    private static final long SECONDS_A_DAY = 86_400;
    private static final long NOWHERE = -1;

    private final Topics topics;
    private final Supplier<long[]> ends;
    private final LongConsumer gone;
    private final List<Lane> lanes;
    private @Nullable Consumer<byte[], byte[]> consumer;
    /** The number of the next record to read; {@link #NOWHERE} if the lanes have no position. */
    private long next = NOWHERE;
    /** How many fetches in a row have brought nothing, not even marks of transactions. */
    private int vain;
    /** By partition, the offset to seek to. */
    private final Map<TopicPartition, Long> places = new HashMap<>();

    /**
     * @param ends by partition, the offset behind the last durable record
     * @param gone receives how many records are missing before the next one that is read; the numbers of all partitions
     *     together have no holes
     */
    TopicReader(Topics topics, Supplier<long[]> ends, EventDecoder decoder, SkippedRecords skipped, LongConsumer gone) {
        this.topics = topics;
        this.ends = ends;
        this.gone = gone;
        lanes = topics.partitions().stream()
                .map(partition -> new Lane(partition, decoder, skipped))
                .toList();
    }

    @Override
    public Batch read(Position from, int maxRecords, long maxBytes, long durable)
            throws IOException, InterruptedException {
        return asking(kafka -> {
            if (from.sequence() != next) {
                moveTo(kafka, from.sequence());
            }
            return merged(kafka, maxRecords, maxBytes, durable);
        });
    }

    /** The number of the first record that was received at or after a time; {@code durable + 1} if there is none. */
    long numberOf(Instant received, long durable) throws IOException, InterruptedException {
        return asking(kafka -> {
            moveTo(kafka, received);
            while (true) {
                Batch batch = merged(kafka, 1, Long.MAX_VALUE, durable);
                for (JournalRecord record : batch.records()) {
                    if (!record.received().isBefore(received)) {
                        next = NOWHERE;
                        return record.sequence();
                    }
                }
                if (batch.isEmpty() && batch.end().sequence() > durable) {
                    next = NOWHERE;
                    return durable + 1;
                }
            }
        });
    }

    /** The number of the oldest record that exists; {@code durable + 1} if there is none. */
    long oldest(long durable) throws IOException, InterruptedException {
        return numberOf(Instant.EPOCH, durable);
    }

    /** By partition, the offset of the oldest record that exists. */
    long[] beginnings() throws IOException, InterruptedException {
        return asking(kafka -> topics.byPartition(kafka.beginningOffsets(topics.partitions())));
    }

    /** By partition, the offset from which it has the records from a number on. */
    long[] offsets(long sequence) throws IOException, InterruptedException {
        return asking(kafka -> {
            find(kafka, sequence);
            long[] offsets = topics.byPartition(places);
            places.clear();
            return offsets;
        });
    }

    /**
     * The lowest number of the records behind offsets of the partitions.
     *
     * @param from by partition, the offset of the first record that counts
     * @param otherwise the answer if there is no such record
     */
    long lowest(long[] from, long otherwise) throws IOException, InterruptedException {
        return asking(kafka -> {
            next = NOWHERE;
            Map<TopicPartition, Long> first = kafka.beginningOffsets(topics.partitions());
            long[] until = ends.get();
            long lowest = otherwise;
            for (int i = 0; i < lanes.size(); i++) {
                Lane lane = lanes.get(i);
                lane.clear();
                select(kafka, lane);
                long begin = Math.max(from[i], first.getOrDefault(lane.partition(), 0L));
                ConsumerRecord<byte[], byte[]> found =
                        begin < until[i] ? firstFrom(kafka, lane, begin, until[i]) : null;
                lowest = found == null ? lowest : Math.min(lowest, lane.number(found));
            }
            return lowest;
        });
    }

    private interface Question<T> {
        T ask(Consumer<byte[], byte[]> kafka) throws IOException, InterruptedException;
    }

    private <T> T asking(Question<T> question) throws IOException, InterruptedException {
        try {
            Consumer<byte[], byte[]> asked = consumer;
            if (asked == null) {
                asked = topics.consumer();
                consumer = asked;
                asked.assign(topics.partitions());
            }
            return question.ask(asked);
        } catch (InterruptException e) {
            next = NOWHERE;
            boolean ignored = Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (KafkaException e) {
            next = NOWHERE;
            throw KafkaFailure.exception("the topic " + topics.events() + " cannot be read", e, topics.servers());
        }
    }

    private Batch merged(Consumer<byte[], byte[]> kafka, int maxRecords, long maxBytes, long durable) {
        List<JournalRecord> records = new ArrayList<>();
        long[] until = ends.get();
        long left = maxBytes;
        while (records.size() < maxRecords) {
            if (!isKnown(kafka, until)) {
                if (!records.isEmpty() || !fetch(kafka)) {
                    break;
                }
                continue;
            }
            Lane lane = lowest();
            JournalRecord head = lane == null ? null : lane.head();
            if (lane == null || head == null || head.sequence() > durable) {
                reach(durable + 1);
                break;
            }
            if (head.sequence() < next) {
                // A broker has lost the end of a partition, and Kafka's client began again with its oldest record.
                lane.pass();
                continue;
            }
            left -= head.event().json().length;
            if (!records.isEmpty() && (left < 0 || day(head) != day(records.get(0)))) {
                break;
            }
            reach(head.sequence());
            records.add(head);
            lane.pass();
            next = head.sequence() + 1;
        }
        return new Batch(records, Position.before(next));
    }

    /** Called when every record before this number was read, or does not exist any more. */
    private void reach(long sequence) {
        if (next != NOWHERE && sequence > next) {
            gone.accept(sequence - next);
        }
        next = Math.max(next, sequence);
    }

    private static long day(JournalRecord record) {
        return Math.floorDiv(record.received().getEpochSecond(), SECONDS_A_DAY);
    }

    /** Whether the next record of every partition is fetched, if the partition has one. */
    private boolean isKnown(Consumer<byte[], byte[]> kafka, long[] until) {
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            if (lane.head() == null && kafka.position(lane.partition()) < until[i]) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Lane lowest() {
        Lane lowest = null;
        long number = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            JournalRecord head = lane.head();
            if (head != null && head.sequence() < number) {
                lowest = lane;
                number = head.sequence();
            }
        }
        return lowest;
    }

    /** Fetches from the partitions of which no record is at hand. */
    private boolean fetch(Consumer<byte[], byte[]> kafka) {
        List<TopicPartition> full = new ArrayList<>();
        List<TopicPartition> wanted = new ArrayList<>();
        for (Lane lane : lanes) {
            (lane.head() == null ? wanted : full).add(lane.partition());
        }
        kafka.pause(full);
        kafka.resume(wanted);
        long before = positions(kafka);
        ConsumerRecords<byte[], byte[]> records = kafka.poll(FETCH);
        for (Lane lane : lanes) {
            lane.add(records.records(lane.partition()));
        }
        vain = records.isEmpty() && positions(kafka) == before ? vain + 1 : 0;
        if (vain == VAIN_MAX) {
            vain = 0;
            throw new TimeoutException("it sends no records");
        }
        return !records.isEmpty();
    }

    private long positions(Consumer<byte[], byte[]> kafka) {
        return lanes.stream()
                .mapToLong(lane -> kafka.position(lane.partition()))
                .sum();
    }

    private void moveTo(Consumer<byte[], byte[]> kafka, long sequence) {
        find(kafka, sequence);
        seekToPlaces(kafka);
        next = sequence;
    }

    private void find(Consumer<byte[], byte[]> kafka, long sequence) {
        next = NOWHERE;
        Map<TopicPartition, Long> first = kafka.beginningOffsets(topics.partitions());
        long[] until = ends.get();
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            lane.clear();
            long begin = first.getOrDefault(lane.partition(), 0L);
            select(kafka, lane);
            long at = sequence <= 1 ? begin : search(kafka, lane, sequence, begin, Math.max(begin, until[i]));
            places.put(lane.partition(), at);
        }
    }

    /** Lets the consumer fetch from one partition only. */
    private void select(Consumer<byte[], byte[]> kafka, Lane lane) {
        kafka.pause(topics.partitions());
        kafka.resume(List.of(lane.partition()));
    }

    private void seekToPlaces(Consumer<byte[], byte[]> kafka) {
        places.forEach(kafka::seek);
        places.clear();
    }

    private void moveTo(Consumer<byte[], byte[]> kafka, Instant received) {
        next = NOWHERE;
        Map<TopicPartition, Long> times = new HashMap<>();
        topics.partitions().forEach(partition -> times.put(partition, received.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> found = kafka.offsetsForTimes(times);
        long[] until = ends.get();
        for (int i = 0; i < lanes.size(); i++) {
            lanes.get(i).clear();
            OffsetAndTimestamp place = found.get(lanes.get(i).partition());
            places.put(lanes.get(i).partition(), place == null ? until[i] : place.offset());
        }
        seekToPlaces(kafka);
    }

    /**
     * The offset from which the partition has the records from a number on, by binary search. Offsets have holes, and so
     * have the numbers within a partition.
     */
    private long search(Consumer<byte[], byte[]> kafka, Lane lane, long sequence, long begin, long end) {
        long from = begin;
        long to = end;
        while (from < to) {
            long middle = from + (to - from) / 2;
            ConsumerRecord<byte[], byte[]> found = firstFrom(kafka, lane, middle, to);
            if (found == null || lane.number(found) >= sequence) {
                to = middle;
            } else {
                from = found.offset() + 1;
            }
        }
        return from;
    }

    /** The first record that a router wrote, between two offsets; null if there is none. */
    private @Nullable ConsumerRecord<byte[], byte[]> firstFrom(
            Consumer<byte[], byte[]> kafka, Lane lane, long from, long to) {
        kafka.seek(lane.partition(), from);
        for (int attempt = 0; attempt < PROBES_MAX; attempt++) {
            for (ConsumerRecord<byte[], byte[]> record : kafka.poll(FETCH).records(lane.partition())) {
                if (record.offset() >= to) {
                    return null;
                }
                if (lane.number(record) > 0) {
                    return record;
                }
            }
            if (kafka.position(lane.partition()) >= to) {
                return null;
            }
        }
        throw new TimeoutException("it sends no records");
    }

    @Override
    public void close() {
        Consumer<byte[], byte[]> closing = consumer;
        if (closing != null) {
            consumer = null;
            closing.close(Duration.ZERO);
        }
    }
}
