package io.github.dtstream.cluster.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka's cooperative, sticky assignor, which leaves a stream to those nodes that are ready for it, as long as there are
 * such nodes. The node that holds a stream is ready for it. If no node is ready for a stream, any node that wants it gets
 * it. Kafka creates one for each consumer, whose thread uses it.
 *
 * <p>The user data of a node's subscription are those of Kafka's assignor, and behind them a bit for each of its topics, in
 * their alphabetical order: whether the node is not ready for it. Kafka's assignor ignores what is behind its data, and a
 * node without these bits is ready for everything. As the name is that of Kafka's assignor too, nodes with either of them
 * can be in one group.
 */
public final class ReadyFirstAssignor extends CooperativeStickyAssignor implements Configurable {
    /** The option of a consumer with its {@link Wishes}. */
    static final String WISHES = "stream.wishes";

    /** The size of the data of Kafka's assignor: a generation. */
    private static final int KAFKA_BYTES = Integer.BYTES;

    private static final int NO_GENERATION = -1;

    private Wishes wishes = new Wishes();

    @Override
    public void configure(Map<String, ?> options) {
        if (options.get(WISHES) instanceof Wishes given) {
            wishes = given;
        }
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return withUnready(super.subscriptionUserData(topics), topics, wishes.tellUnready());
    }

    /** Puts the bits behind the data of Kafka's assignor. */
    static ByteBuffer withUnready(ByteBuffer kafka, Set<String> topics, Set<String> unready) {
        BitSet bits = new BitSet();
        int index = 0;
        for (String topic : new TreeSet<>(topics)) {
            bits.set(index++, unready.contains(topic));
        }
        byte[] added = bits.toByteArray();
        ByteBuffer all = ByteBuffer.allocate(kafka.remaining() + added.length);
        all.put(kafka.duplicate()).put(added).flip();
        return all;
    }

    /** The topics of a subscription for which its node is not ready, and which it does not hold. */
    private static Set<String> unready(Subscription subscription) {
        Set<String> unready = new HashSet<>();
        ByteBuffer data = subscription.userData();
        if (data == null || data.remaining() <= KAFKA_BYTES) {
            return unready;
        }
        BitSet bits = BitSet.valueOf(data.slice(data.position() + KAFKA_BYTES, data.remaining() - KAFKA_BYTES));
        int index = 0;
        for (String topic : new TreeSet<>(subscription.topics())) {
            if (bits.get(index++)) {
                unready.add(topic);
            }
        }
        subscription.ownedPartitions().stream().map(TopicPartition::topic).forEach(unready::remove);
        return unready;
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription group) {
        Map<String, Subscription> all = group.groupSubscription();
        Set<String> hasReadyNode = new HashSet<>();
        all.values().forEach(one -> {
            Set<String> unready = unready(one);
            one.topics().stream().filter(topic -> !unready.contains(topic)).forEach(hasReadyNode::add);
        });
        Map<String, Subscription> asking = new HashMap<>();
        Map<String, Assignment> assigned = new HashMap<>();
        all.forEach((member, one) -> {
            Set<String> left = unready(one);
            left.retainAll(hasReadyNode);
            List<String> topics = new ArrayList<>(one.topics());
            topics.removeAll(left);
            // without members that get nothing, the others ask for the same topics as a rule, which is faster
            if (topics.isEmpty()) {
                assigned.put(member, new Assignment(List.of()));
            } else {
                asking.put(member, with(one, topics));
            }
        });
        if (!asking.isEmpty()) {
            assigned.putAll(
                    super.assign(metadata, new GroupSubscription(asking)).groupAssignment());
        }
        return new GroupAssignment(assigned);
    }

    private static Subscription with(Subscription one, List<String> topics) {
        Subscription other = new Subscription(
                topics,
                one.userData(),
                one.ownedPartitions(),
                one.generationId().orElse(NO_GENERATION),
                one.rackId());
        other.setGroupInstanceId(one.groupInstanceId());
        return other;
    }
}
