package io.github.dtstream.cluster.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the group's coordinator regularly for all assignments, without waiting for the answer. Creates topics. Used by one
 * thread.
 */
final class Members implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Clients clients;
    private final String group;
    /** Topics that are known to exist. */
    private final Set<String> made = new TreeSet<>();

    private final Admin admin;
    private @Nullable KafkaFuture<ConsumerGroupDescription> asked;
    private long askedNanos;
    private long answeredNanos;

    /** @param nanos the ticker's present time */
    Members(Clients clients, long nanos) {
        answeredNanos = nanos;
        this.clients = clients;
        group = clients.group();
        admin = clients.admin();
    }

    /**
     * The coordinator's answer.
     *
     * @param count the number of members
     * @param nodes the node of each assigned topic
     */
    record Found(int count, Map<String, String> nodes) {}

    /** Creates the topics that do not exist. */
    void make(Set<String> topics) throws IOException, InterruptedException {
        Set<String> missing = new TreeSet<>(topics);
        missing.removeAll(made);
        if (!missing.isEmpty()) {
            clients.create(admin, missing, Clients.PATIENCE_MILLIS);
            made.addAll(missing);
        }
    }

    /** The new answer; null if there is none yet, or a rebalance is under way. */
    @Nullable
    Found turn(long nanos) throws InterruptedException {
        KafkaFuture<ConsumerGroupDescription> answer = asked;
        if (answer == null) {
            if (nanos - askedNanos >= INTERVAL_NANOS || askedNanos == 0) {
                askedNanos = nanos;
                asked = admin.describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .get(group);
            }
            return null;
        }
        if (!answer.isDone()) {
            return null;
        }
        asked = null;
        try {
            Found found = found(answer.get());
            answeredNanos = nanos;
            return found;
        } catch (ExecutionException e) {
            LOG.debug("The coordinator of the group {} does not say who holds what: {}", group, e.toString());
            return null;
        }
    }

    /** When the coordinator last answered, also if a rebalance was under way; before its first answer, when this was created. */
    long answeredNanos() {
        return answeredNanos;
    }

    /** Null while a rebalance is under way. A group whose last member has unsubscribed is empty or forgotten. */
    static @Nullable Found found(ConsumerGroupDescription description) {
        ConsumerGroupState state = description.state();
        boolean isSettled = state == ConsumerGroupState.STABLE
                || state == ConsumerGroupState.EMPTY
                || state == ConsumerGroupState.DEAD;
        return isSettled ? new Found(description.members().size(), nodes(description)) : null;
    }

    private static Map<String, String> nodes(ConsumerGroupDescription description) {
        Map<String, String> nodes = new TreeMap<>();
        for (MemberDescription member : description.members()) {
            for (TopicPartition partition : member.assignment().topicPartitions()) {
                nodes.put(partition.topic(), member.clientId());
            }
        }
        return nodes;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
