package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MembersTest {
    private static final MemberDescription A = new MemberDescription(
            "a-1", Optional.empty(), "a", "/127.0.0.1", new MemberAssignment(Set.of(new TopicPartition("t1", 0))));
    private static final MemberDescription B =
            new MemberDescription("b-1", Optional.empty(), "b", "/127.0.0.1", new MemberAssignment(Set.of()));

    private static ConsumerGroupDescription group(ConsumerGroupState state, MemberDescription... members) {
        return new ConsumerGroupDescription(
                "routers", false, List.of(members), "cooperative-sticky", state, Node.noNode());
    }

    @Test
    void knowsWhichNodeHoldsWhichTopic() {
        assertThat(Members.found(group(ConsumerGroupState.STABLE, A, B)))
                .isEqualTo(new Members.Found(2, Map.of("t1", "a")));
    }

    @ParameterizedTest
    @EnumSource(names = {"EMPTY", "DEAD"})
    void aGroupThatItsLastNodeHasLeftHoldsNothingSoThatANodeThatGaveEverythingUpAsksAgain(ConsumerGroupState state) {
        assertThat(Members.found(group(state))).isEqualTo(new Members.Found(0, Map.of()));
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING_REBALANCE", "COMPLETING_REBALANCE", "UNKNOWN"})
    void saysNothingWhileARebalanceIsUnderWay(ConsumerGroupState state) {
        assertThat(Members.found(group(state, A))).isNull();
    }
}
