package io.github.dtstream.journal.kafka;

import io.github.dtstream.time.Ticker;
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
 * The size of one copy of each topic on the brokers' disks, by the brokers' newest answer. The brokers are asked every
 * few minutes at most, for all topics at once. Without the permission to ask them, no size is known. Thread-safe; no call
 * waits for an answer.
 */
final class TopicSizes {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSizes.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(5).toNanos();

    private final Map<String, Object> client;
    private final String prefix;
    private final Ticker ticker;
    private final AtomicBoolean asking = new AtomicBoolean();
    /** By topic; null while nothing is known. */
    private volatile @Nullable Map<String, Long> sizes;

    /** When the brokers were asked last. Only the thread that has set {@code asking} uses it. */
    private volatile long asked;

    /**
     * @param client the options of every Kafka client, by Kafka's names
     * @param prefix the beginning of the names of the topics to measure
     */
    TopicSizes(Map<String, String> client, String prefix, Ticker ticker) {
        this.client = Map.copyOf(client);
        this.prefix = prefix;
        this.ticker = ticker;
        this.asked = ticker.nanos() - PAUSE_NANOS;
    }

    /** The size of a topic in bytes; empty while it is not known. */
    OptionalLong of(String topic) {
        Map<String, Long> known = sizes;
        return known == null ? OptionalLong.empty() : OptionalLong.of(known.getOrDefault(topic, 0L));
    }

    /** Asks the brokers, unless that was done lately or is under way. */
    void refresh() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        if (ticker.nanos() - asked < PAUSE_NANOS) {
            asking.set(false);
            return;
        }
        asked = ticker.nanos();
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

    /** Takes the largest copy of each partition, because the others may be incomplete. */
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

    /** Called by the client's own thread, which cannot wait for itself to end. */
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
