package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cluster.Holding;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.stream.standby.StandbyStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamHealthTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant SINCE = Instant.parse("2026-11-26T11:00:00Z");
    private static final SessionState LIVE = new SessionState.Live(SINCE);
    private static final SessionState UNHELD = new SessionState.Unheld(SINCE);
    private static final SessionState STOPPED =
            new SessionState.Stopped(SINCE, SessionState.Outcome.CREDENTIALS, "the key is refused");

    private static SessionState waiting(int failures) {
        return new SessionState.Waiting(
                SINCE, NOW.plusSeconds(30), Fault.of(FaultKind.TRANSIENT, "the host is not known"), failures);
    }

    private static SessionState connecting(int failures) {
        return new SessionState.Connecting(SINCE, failures);
    }

    private static Health of(SessionState state) {
        return StreamHealth.of("p/default", state, Optional.empty(), Optional.empty(), NOW);
    }

    private static Health of(SessionState state, Duration sincePush) {
        return StreamHealth.of("p/default", state, Optional.empty(), Optional.of(NOW.minus(sincePush)), NOW);
    }

    private static Health up(String message) {
        return new Health(Health.Kind.STREAM.part("p/default"), Health.Status.UP, message);
    }

    private static Health down(String message) {
        return new Health(Health.Kind.STREAM.part("p/default"), Health.Status.DOWN, message);
    }

    @Test
    void isUpWhileItReceivesAndDuringTheFirstAttemptToConnect() {
        assertThat(of(LIVE)).isEqualTo(up("receiving since 2026-11-26T11:00:00Z"));
        assertThat(of(connecting(0))).isEqualTo(up("connecting since 2026-11-26T11:00:00Z"));
    }

    /** A disk that does not answer holds the reader, and no error shows that. */
    @Test
    void isDownWhenItReadsNothingThoughAConnectionIsOpen() {
        Optional<Duration> stall = StreamHealth.stall(Optional.of(Duration.ofMinutes(3)), Duration.ofSeconds(12));

        assertThat(StreamHealth.of("p/default", LIVE, stall, Optional.empty(), NOW))
                .isEqualTo(down("connected since 2026-11-26T11:00:00Z, and nothing has been read for 3 min"));
        assertThat(StreamHealth.ofReceiving("p/default", LIVE, stall, Optional.empty(), NOW)
                        .status())
                .isEqualTo(Health.Status.DOWN);
    }

    @Test
    void takesNoSilenceForAStallThatTheConnectionEndsByItself() {
        assertThat(StreamHealth.stall(Optional.empty(), Duration.ofSeconds(12))).isEmpty();
        assertThat(StreamHealth.stall(Optional.of(Duration.ofMinutes(1)), Duration.ofSeconds(2)))
                .isEmpty();
        assertThat(StreamHealth.stall(Optional.of(Duration.ofMinutes(5)), Duration.ofMinutes(1)))
                .isEmpty();
    }

    @Test
    void isDownWhileAttemptsFailAndSaysHowManyDidAndWhenTheNextOneIs() {
        assertThat(of(connecting(1)))
                .isEqualTo(down("connecting since 2026-11-26T11:00:00Z, after 1 failed attempt in a row"));
        assertThat(of(connecting(2)).message()).endsWith(", after 2 failed attempts in a row");
        assertThat(of(waiting(1)))
                .isEqualTo(down("the host is not known; 1 attempt failed in a row, the next one is at"
                        + " 2026-11-26T12:00:30Z"));
        assertThat(of(waiting(3)).message()).contains("3 attempts failed in a row");
    }

    @Test
    void isDownWhenItHasStoppedAndSaysWhy() {
        assertThat(of(STOPPED)).isEqualTo(down("stopped: the key is refused"));
    }

    @Test
    void isDegradedAndNotDownWhileEventsComeByPush() {
        for (SessionState state : new SessionState[] {waiting(3), connecting(1), STOPPED}) {
            Health health = of(state, Duration.ofMinutes(19));

            assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(health.message())
                    .isEqualTo(of(state).message() + "; events come by push, too, the last at 2026-11-26T11:41:00Z");
        }
    }

    @Test
    void isDownAgainWhenNoPushCameForMoreThanASensorsInterval() {
        assertThat(of(waiting(3), Duration.ofMinutes(20)).status()).isEqualTo(Health.Status.DOWN);
        assertThat(of(LIVE, Duration.ofDays(1)).status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void promisesNothingWhereEventsComeByPushAlone() {
        assertThat(of(UNHELD))
                .isEqualTo(up("the stream is not held: events come by push alone, none has since the start; nothing"
                        + " shows what is missing"));
        assertThat(of(UNHELD, Duration.ofHours(1)))
                .isEqualTo(up("the stream is not held: events come by push alone, the last at 2026-11-26T11:00:00Z;"
                        + " nothing shows what is missing"));
    }

    @Test
    void isNotReadyBeforeTheFirstEventOrPingUnlessEventsAreStreamedOrPushed() {
        assertThat(receiving(connecting(0), null)).isEqualTo(Health.Status.DOWN);
        assertThat(receiving(connecting(0), Duration.ofMinutes(1))).isEqualTo(Health.Status.UP);
        assertThat(receiving(connecting(0), Duration.ofMinutes(21))).isEqualTo(Health.Status.DOWN);
        assertThat(receiving(LIVE, null)).isEqualTo(Health.Status.UP);
        assertThat(receiving(UNHELD, null)).isEqualTo(Health.Status.UP);
        assertThat(receiving(waiting(1), Duration.ofMinutes(1))).isEqualTo(Health.Status.DEGRADED);
        assertThat(receiving(STOPPED, null)).isEqualTo(Health.Status.DOWN);
    }

    private static Health.Status receiving(SessionState state, @Nullable Duration sincePush) {
        return StreamHealth.ofReceiving(
                        "p/default",
                        state,
                        Optional.empty(),
                        Optional.ofNullable(sincePush).map(NOW::minus),
                        NOW)
                .status();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "r2 | 2026-11-26T11:00:00Z | r1 was stopped | UP | waits: held by r2 since 2026-11-26T11:00:00Z (r1 was stopped)",
                "r2 | - | '' | UP | waits: held by r2",
                "- | - | it moves | DEGRADED | no router of the group is known to hold it (it moves)",
                "- | - | '' | DEGRADED | no router of the group is known to hold it"
            })
    void saysWhichRouterOfTheGroupHoldsIt(
            @Nullable String node, @Nullable Instant since, String why, Health.Status status, String message) {
        assertThat(StreamHealth.ofWaiting(new Holding("p/default", node, since, why), null))
                .isEqualTo(new Health(Health.Kind.STREAM.part("p/default"), status, message));
    }

    @Test
    void saysWhyThisRouterCannotOpenAStreamThatItHolds() {
        Health.Part part = Health.Kind.STREAM.part("p/default");

        assertThat(StreamHealth.ofOpening(new HeldStreams.Opening("p/default", null)))
                .isEqualTo(new Health(part, Health.Status.UP, "is about to be opened here"));
        assertThat(StreamHealth.ofOpening(new HeldStreams.Opening("p/default", "no topic")))
                .isEqualTo(new Health(
                        part,
                        Health.Status.DOWN,
                        "this router holds it and cannot open it, which is tried again: no topic"));
    }

    @Test
    void saysWhetherItStandsByWithEverything() {
        Holding holding = new Holding("p/default", "r2", null, "");

        assertThat(StreamHealth.ofWaiting(holding, new StandbyStatus("p/default", LIVE, SINCE, 3, 100)))
                .isEqualTo(up("waits: held by r2; stands by hot, and has everything since 2026-11-26T11:00:00Z"));
        assertThat(StreamHealth.ofWaiting(holding, new StandbyStatus("p/default", waiting(2), null, 0, 0)))
                .isEqualTo(up("waits: held by r2; stands by hot, and does not receive: waiting"));
    }
}
