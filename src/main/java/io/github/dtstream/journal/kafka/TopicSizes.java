package io.github.dtstream.journal.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room topics take on the brokers' disks, one copy of each, as the brokers said last: they are asked every few minutes
 * at most, for all topics at once. Where they may not be asked nothing is known. Thread-safe; nobody waits for an answer.
 */
final class TopicSizes {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSizes.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(5).toNanos();

    private final Map<String, Object> client;
    private final String prefix;
    private final AtomicBoolean asking = new AtomicBoolean();
    /** By topic; null while nothing is known. */
    private volatile @Nullable Map<String, Long> sizes;

    /** When they were asked last; only who has set {@code asking} touches it. */
    private volatile long asked = System.nanoTime() - PAUSE_NANOS;

    /**
     * @param client what every client is told, as Kafka names it
     * @param prefix the beginning of the names of the topics that count
     */
    TopicSizes(Map<String, String> client, String prefix) {
        this.client = Map.copyOf(client);
        this.prefix = prefix;
    }

    /** In bytes; empty while it is not known. */
    OptionalLong of(String topic) {
        Map<String, Long> known = sizes;
        return known == null ? OptionalLong.empty() : OptionalLong.of(known.getOrDefault(topic, 0L));
    }

    /** Asks, unless that was done lately or is under way. */
    void refresh() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        if (System.nanoTime() - asked < PAUSE_NANOS) {
            asking.set(false);
            return;
        }
        asked = System.nanoTime();
        try {
            ask(Admin.create(client));
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private void ask(Admin admin) {
        admin.describeCluster().nodes().whenComplete((nodes, failure) -> {
            if (failure == null) {
                ask(admin, nodes);
            } else {
                end(admin, failure);
            }
        });
    }

    private void ask(Admin admin, Collection<Node> nodes) {
        admin.describeLogDirs(nodes.stream().map(Node::id).toList())
                .allDescriptions()
                .whenComplete((brokers, failure) -> {
                    if (failure == null) {
                        sizes = sizes(brokers.values());
                    }
                    end(admin, failure);
                });
    }

    /** The largest copy counts: others may be behind. */
    private Map<String, Long> sizes(Collection<Map<String, LogDirDescription>> brokers) {
        Map<TopicPartition, Long> partitions = new HashMap<>();
        for (Map<String, LogDirDescription> folders : brokers) {
            for (LogDirDescription folder : folders.values()) {
                folder.replicaInfos().forEach((partition, copy) -> partitions.merge(partition, copy.size(), Math::max));
            }
        }
        Map<String, Long> topics = new HashMap<>();
        partitions.keySet().removeIf(partition -> !partition.topic().startsWith(prefix));
        partitions.forEach((partition, size) -> topics.merge(partition.topic(), size, Long::sum));
        return topics;
    }

    /** Called by the client's own thread, which cannot wait for its own end. */
    private void end(Admin admin, @Nullable Throwable failure) {
        admin.close(Duration.ZERO);
        if (failure != null) {
            failed(failure);
        } else {
            asking.set(false);
        }
    }

    private void failed(Throwable failure) {
        LOG.debug("the brokers do not say how large the topics are: {}", failure.toString());
        asking.set(false);
    }
}
