package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@link GroupSoak}: three routers share three streams, with three brokers. Holders are killed,
 * suspended, cut off and stopped, and a broker is killed, two of these at a time. Every event is delivered, and is in the
 * topic exactly once and in order; nothing that a router writes after it has lost a stream counts; and no router repeats
 * more than a batch. An alarm is raised once. {@code -Ddt.seed} chooses another order of the faults.
 */
@Timeout(1800)
class KafkaGroupIT {
    private static final Path JAR = Path.of(System.getProperty("dt.jar", "target/dt-stream-router.jar"));
    private static final long SEED = Long.getLong("dt.seed", 1);
    private static final double EVENTS_PER_SECOND = 10;
    /** A fault lasts until the next but one begins, and a router is replaced after six seconds. */
    private static final Duration BETWEEN = Duration.ofSeconds(9);

    @TempDir
    private Path folder;

    @Test
    void losesDoublesAndDisordersNothingWhenARouterAndABrokerAreKilledAndARouterLeaves() throws Exception {
        suffer(List.of(GroupFault.HOLDER_KILLED, GroupFault.BROKER_KILLED, GroupFault.ROUTER_LEAVES));
    }

    @Test
    @Tag("long")
    void losesDoublesAndDisordersNothingWhileRoutersHangAndAreCutOffOrReplaced() throws Exception {
        suffer(List.of(
                GroupFault.HOLDER_FROZEN,
                GroupFault.HOLDER_CUT_FROM_KAFKA,
                GroupFault.HOLDER_FENCED,
                GroupFault.HOLDER_KILLED));
    }

    private void suffer(List<GroupFault> faults) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        try (GroupTrial trial = new GroupTrial(folder, JAR, SEED)) {
            trial.produce(EVENTS_PER_SECOND);
            trial.suffer(faults, Long.MAX_VALUE, BETWEEN);
            GroupVerdict verdict = trial.judge();
            System.out.println(verdict.report());
            assertThat(verdict.wrong())
                    .as("seed " + SEED + "\n" + verdict.story())
                    .isEmpty();
            assertThat(verdict.streams().moves()).as("moves of streams").isPositive();
            assertThat(verdict.figures().events()).as("events").isGreaterThan(300);
            assertThat(verdict.figures().fromHistory())
                    .as("events from history")
                    .isPositive();
        }
    }
}
