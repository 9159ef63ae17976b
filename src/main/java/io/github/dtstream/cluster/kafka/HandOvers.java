package io.github.dtstream.cluster.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest hand-over of each stream, as the topic {@code GROUP.holders} has it. It is for people only, and decides
 * nothing: an entry that cannot be written is tried again or dropped. Used by one thread; any thread may read {@link
 * #last}.
 */
final class HandOvers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandOvers.class);
    private static final Duration PATIENCE = Duration.ofMillis(Clients.PATIENCE_MILLIS);

    private final String group;
    private final String node;
    private final Clock clock;
    private final Map<String, HandOver> last;
    private final TopicPartition topic;
    private final Consumer<byte[], byte[]> reader;
    private final Producer<byte[], byte[]> writer;
    /** The streams of this node, and when it took each of them. */
    private final Map<String, Instant> taken = new TreeMap<>();
    /** The streams of this node whose entry is not written yet. */
    private final Set<String> toTell = new TreeSet<>();
    /** Streams whose entry could not be written. The producer's thread adds to it. */
    private final Queue<String> untold = new ConcurrentLinkedQueue<>();

    /** With open clients, which this closes. */
    HandOvers(
            Clients clients,
            Clock clock,
            ConcurrentHashMap<String, HandOver> last,
            Consumer<byte[], byte[]> reader,
            Producer<byte[], byte[]> writer) {
        group = clients.group();
        node = clients.node();
        topic = clients.holders();
        this.clock = clock;
        this.last = last;
        this.reader = reader;
        this.writer = writer;
    }

    /** @param last receives the entries of the topic, by stream */
    static HandOvers open(Clients clients, Clock clock, ConcurrentHashMap<String, HandOver> last) {
        Consumer<byte[], byte[]> reader = clients.reader();
        try {
            return new HandOvers(clients, clock, last, reader, clients.writer());
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** This node now holds these streams. The next {@link #turn} writes that. */
    void taken(Set<String> streams) {
        Instant now = clock.instant();
        streams.forEach(stream -> taken.put(stream, now));
        toTell.addAll(streams);
    }

    /** This node lost these streams, and does not know their holder. */
    void lost(Set<String> streams) {
        taken.keySet().removeAll(streams);
    }

    /**
     * This node gives up these streams. Writes that while the streams end.
     *
     * @param end ends the streams
     */
    void givenUp(Map<String, String> reasons, Runnable end) {
        lost(reasons.keySet());
        List<Future<?>> sent = send(reasons);
        end.run();
        try {
            for (Future<?> one : sent) {
                one.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("The topic of the group {} does not say what was given up: {}", group, e.toString());
        }
    }

    private List<Future<?>> send(Map<String, String> reasons) {
        List<Future<?>> sent = new ArrayList<>();
        try {
            for (Map.Entry<String, String> reason : reasons.entrySet()) {
                Future<?> one = send(reason.getKey(), HandOver.givenUp(node, clock.instant(), reason.getValue()), null);
                sent.add(one);
                if (hasFailed(one)) {
                    // Kafka does not answer, and each further entry would wait as long
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            LOG.debug("The topic of the group {} does not say what is given up: {}", group, e.toString());
        }
        return sent;
    }

    private static boolean hasFailed(Future<?> sent) throws InterruptedException {
        try {
            sent.get(0, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    private Future<?> send(String stream, HandOver what, @Nullable Callback whenSent) {
        byte[] key = stream.getBytes(StandardCharsets.UTF_8);
        byte[] value = what.text().getBytes(StandardCharsets.UTF_8);
        return writer.send(new ProducerRecord<>(topic.topic(), 0, key, value), whenSent);
    }

    /** Reads new entries, and writes those of the streams that this node took. */
    void turn() {
        try {
            read(Duration.ZERO);
            for (String stream = untold.poll(); stream != null; stream = untold.poll()) {
                toTell.add(stream);
            }
            toTell.retainAll(taken.keySet());
            if (!toTell.isEmpty() && hasReadAll()) {
                tell();
            }
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            LOG.debug("The group {} does not say who holds what: {}", group, e.toString());
        }
    }

    private boolean hasReadAll() {
        long end = reader.endOffsets(List.of(topic), PATIENCE).getOrDefault(topic, 0L);
        if (reader.position(topic, PATIENCE) < end) {
            read(Duration.ofMillis(100));
        }
        return reader.position(topic, PATIENCE) >= end;
    }

    private void tell() {
        for (String stream : toTell) {
            HandOver told = HandOver.taken(node, taken.getOrDefault(stream, clock.instant()), last.get(stream));
            LOG.info("The group {} has assigned {} to this router: {}", group, stream, told.why());
            var unused = send(stream, told, (placed, failure) -> {
                if (failure != null) {
                    untold.add(stream);
                }
            });
        }
        toTell.clear();
    }

    private void read(Duration patience) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(patience)) {
            HandOver told = told(record);
            if (record.key() != null && told != null) {
                last.put(new String(record.key(), StandardCharsets.UTF_8), told);
            }
        }
    }

    private static @Nullable HandOver told(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null ? null : HandOver.of(new String(record.value(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        reader.close(PATIENCE);
        writer.close(PATIENCE);
    }
}
