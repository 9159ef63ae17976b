package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.live.Trouble.Kind;
import io.github.dtstream.management.Health;
import io.github.dtstream.management.RouterStatus;
import io.github.dtstream.series.SeriesStatus;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.time.Instant;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TroublesTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final Troubles troubles = new Troubles(
            new RouterStatus(new DefaultCamelContext(), List::of, Supervisor.system(), CloudClock.system()));

    @Test
    void areOfWhatIsNotWellInTheOrderInWhichItIsSaid() {
        List<Trouble> found = troubles.of(List.of(
                new Health(Health.Kind.STREAM.part("p/default"), Health.Status.UP, "receiving"),
                new Health(Health.Kind.ROUTE.part("to files 2"), Health.Status.DOWN, "deliveries fail"),
                new Health(Health.Kind.BROKER.part("tcp://b:1883"), Health.Status.DEGRADED, "away")));

        assertThat(found)
                .containsExactly(
                        new Trouble(Kind.ROUTE, "to files 2", Health.Status.DOWN, "deliveries fail", null),
                        new Trouble(Kind.BROKER, "tcp://b:1883", Health.Status.DEGRADED, "away", null));
    }

    /** Of a stream that does not exist any more, only what health said is shown. */
    @ParameterizedTest
    @CsvSource({
        "STREAM, STREAM",
        "JOURNAL, JOURNAL",
        "GAPS, LOST",
        "ROUTE, ROUTE",
        "ROUTES, ROUTE_FILES",
        "BROKER, BROKER",
        "DISK, DISK",
        "THREADS, THREADS",
        "ALARMS, ALARMS",
        "GRAPHS, GRAPHS",
        "ROUTER, OTHER"
    })
    void areOfTheKindThatHealthNames(Health.Kind of, Kind expected) {
        assertThat(troubles.of(List.of(new Health(of.part("a"), Health.Status.DOWN, "wrong"))))
                .extracting(Trouble::kind)
                .containsExactly(expected);
    }

    private static SeriesStatus graphs(long lag, @Nullable Instant until, @Nullable String problem) {
        return new SeriesStatus("p/default", 2, 5, lag, until, 0, 1, 100, problem);
    }

    @Test
    void graphsAreLateOnlyBehindMoreThanMoments() {
        assertThat(Troubles.ofGraphs(graphs(100, NOON.minusSeconds(119), null), NOON)
                        .status())
                .isEqualTo(Health.Status.UP);
        assertThat(Troubles.ofGraphs(graphs(100, NOON.minusSeconds(121), null), NOON))
                .isEqualTo(new Health(
                        Health.Kind.GRAPHS.part("p/default"),
                        Health.Status.DEGRADED,
                        "they show what was received until 2026-11-26T11:57:59Z; 100 events to go"));
        assertThat(Troubles.ofGraphs(graphs(0, NOON.minusSeconds(9_000), null), NOON)
                        .status())
                .as("nothing comes")
                .isEqualTo(Health.Status.UP);
        assertThat(Troubles.ofGraphs(graphs(0, NOON, "no room"), NOON).message())
                .isEqualTo("no room");
    }

    @Test
    void allHasBeenWellSinceTheStartWhereNothingElseIsKnown() {
        assertThat(troubles.wellSince(NOON)).isEqualTo(NOON);
        assertThat(Troubles.alarms(List.of())).isEmpty();
    }
}
