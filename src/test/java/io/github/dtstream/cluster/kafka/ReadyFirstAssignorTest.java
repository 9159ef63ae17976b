package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Rebalances among nodes that are ready for streams, or not. */
class ReadyFirstAssignorTest {
    private static final List<String> TOPICS = List.of("s1", "s2", "s3", "s4");

    /** By node, the topics that it asks for, those for which it is not ready, and those that it holds. */
    private final Map<String, Member> members = new TreeMap<>();

    private int generation;

    private static final class Member {
        private Set<String> topics = new TreeSet<>(TOPICS);
        private Set<String> unready = Set.of();
        private List<String> held = List.of();
        private boolean isOld;
    }

    private Member joins(String name) {
        Member member = new Member();
        members.put(name, member);
        return member;
    }

    private Member joinsUnready(String name) {
        Member member = joins(name);
        member.unready = Set.copyOf(TOPICS);
        return member;
    }

    /** Rebalances until nothing moves any more: a stream is given up in one rebalance, and assigned in the next one. */
    private void rebalance() {
        Map<String, List<String>> before;
        do {
            before = held();
            rebalanceOnce();
        } while (!before.equals(held()));
    }

    private void rebalanceOnce() {
        Map<String, Subscription> asked = new TreeMap<>();
        members.forEach((name, member) -> {
            ByteBuffer kafka = new CooperativeStickyAssignor().subscriptionUserData(member.topics);
            ByteBuffer data =
                    member.isOld ? kafka : ReadyFirstAssignor.withUnready(kafka, member.topics, member.unready);
            List<TopicPartition> owned = new ArrayList<>();
            member.held.forEach(topic -> owned.add(new TopicPartition(topic, 0)));
            asked.put(name, new Subscription(List.copyOf(member.topics), data, owned, generation, Optional.empty()));
        });
        List<PartitionInfo> partitions = TOPICS.stream()
                .map(topic -> new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0]))
                .toList();
        Cluster cluster = new Cluster("c", List.of(), partitions, Set.of(), Set.of());
        generation++;
        new ReadyFirstAssignor()
                .assign(cluster, new GroupSubscription(asked))
                .groupAssignment()
                .forEach((name, assigned) -> members.get(name).held = assigned.partitions().stream()
                        .map(TopicPartition::topic)
                        .sorted()
                        .toList());
        assertThat(held().values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    private Map<String, List<String>> held() {
        Map<String, List<String>> held = new TreeMap<>();
        members.forEach((name, member) -> held.put(name, member.held));
        return held;
    }

    private List<String> heldBy(String name) {
        return held().getOrDefault(name, List.of());
    }

    @Test
    void nodesThatAreNotReadyGetWhatNobodyHolds() {
        joinsUnready("a");
        joinsUnready("b");

        rebalance();

        assertThat(heldBy("a")).hasSize(2);
        assertThat(heldBy("b")).hasSize(2);
    }

    @Test
    void aNodeThatReturnsGetsItsShareWhenItIsReady() {
        joinsUnready("a");
        rebalance();
        Member returns = joinsUnready("b");
        rebalance();
        assertThat(heldBy("a")).containsExactlyElementsOf(TOPICS);

        returns.unready = Set.of();
        rebalance();

        assertThat(heldBy("a")).hasSize(2);
        assertThat(heldBy("b")).hasSize(2);
    }

    @Test
    void aNodeGetsOnlyStreamsForWhichItIsReady() {
        joins("a");
        rebalance();
        joins("b").unready = Set.of("s1", "s2", "s3");

        rebalance();

        assertThat(heldBy("a")).containsExactly("s1", "s2", "s3");
        assertThat(heldBy("b")).containsExactly("s4");
    }

    @Test
    void aStreamOfAHolderThatDiesGoesToANodeThatIsReadyElseToAnyNode() {
        joins("a");
        rebalance();
        joinsUnready("b");
        joins("c").unready = Set.of("s1", "s2");
        rebalance();
        assertThat(heldBy("c")).containsExactlyInAnyOrder("s3", "s4");

        members.remove("a");
        rebalanceOnce();

        assertThat(heldBy("b")).as("nobody was ready for these").containsExactly("s1", "s2");
        assertThat(heldBy("c")).containsExactly("s3", "s4");
    }

    @Test
    void twoNodesThatReturnAtOnceWaitUntilEachOfThemIsReady() {
        joins("a");
        rebalance();
        Member first = joinsUnready("b");
        Member second = joinsUnready("c");
        rebalance();
        assertThat(heldBy("a")).hasSize(4);

        first.unready = Set.of();
        rebalance();
        assertThat(heldBy("b")).hasSize(2);
        assertThat(heldBy("c")).isEmpty();

        second.unready = Set.of();
        rebalance();
        assertThat(heldBy("c")).isNotEmpty();
        assertThat(held().values()).allMatch(held -> held.size() <= 2);
    }

    @Test
    void aHolderThatGivesAStreamUpLeavesItToANodeThatIsNotReady() {
        Member leaves = joins("a");
        rebalance();
        joinsUnready("b");
        rebalance();

        leaves.topics = new TreeSet<>(Set.of("s2", "s3", "s4"));
        leaves.held = List.of("s2", "s3", "s4");
        rebalance();

        assertThat(heldBy("b")).containsExactly("s1");
    }

    @Test
    void aHolderKeepsAStreamThatItGotBeforeItWasReady() {
        joinsUnready("a");
        rebalance();
        joins("b");

        rebalance();

        assertThat(heldBy("a")).hasSize(2);
        assertThat(heldBy("b")).hasSize(2);
    }

    @Test
    void aNodeThatDoesNotSayWhetherItIsReadyCountsAsReady() {
        joins("a").isOld = true;
        rebalance();
        joins("b").isOld = true;

        rebalance();

        assertThat(heldBy("a")).hasSize(2);
        assertThat(heldBy("b")).hasSize(2);
    }
}
