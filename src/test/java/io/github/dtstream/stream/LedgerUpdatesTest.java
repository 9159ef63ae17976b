package io.github.dtstream.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.time.MovableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerUpdatesTest {
    private static final Instant START = Instant.parse("2026-05-01T08:00:00Z");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(START);
    private final AtomicInteger stops = new AtomicInteger();
    private final StreamActivity activity = new StreamActivity(clock.cloudClock());
    private @Nullable Instant lastLive;
    private GapLedger ledger;
    private LedgerUpdates updates;

    @BeforeEach
    void open() throws Exception {
        ledger = GapLedger.open(
                AtomicFile.keepingPrevious(folder.resolve("gaps.json"), new SystemStorage()),
                FillSettings.DEFAULTS,
                Duration.ofMinutes(2),
                5,
                clock,
                gap -> {});
        updates = new LedgerUpdates(
                ledger, () -> Optional.ofNullable(lastLive), clock.cloudClock(), activity, stops::incrementAndGet);
    }

    private void connects() {
        updates.stateChanged(new SessionState.Connecting(clock.instant(), 0));
    }

    private void fails() {
        Fault fault = Fault.of(FaultKind.TRANSIENT, "connection refused");
        updates.stateChanged(new SessionState.Waiting(clock.instant(), clock.instant(), fault, 1));
    }

    private static Instant after(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void aStreamThatFlowsAtTheFirstAttemptBeginsWithoutAGap() {
        updates.begin();
        updates.restart(Optional.empty());
        connects();
        clock.advance(Duration.ofSeconds(3));
        updates.resumed(after(3), after(3));

        assertThat(ledger.snapshot()).isEmpty();
        assertThat(activity.counters().retries()).isZero();
    }

    @Test
    void theTimeFromTheStartToTheFirstConnectionOfANewStreamIsAGapIfAnAttemptFails() {
        updates.begin();
        updates.restart(Optional.empty());
        connects();
        clock.advance(Duration.ofSeconds(10));
        fails();
        clock.advance(Duration.ofSeconds(10));
        connects();
        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START);
            assertThat(gap.to()).isNull();
        });

        clock.advance(Duration.ofSeconds(10));
        updates.resumed(after(30), after(30));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START);
            assertThat(gap.to()).isEqualTo(after(30));
        });
        assertThat(activity.counters().retries()).isEqualTo(1);
    }

    @Test
    void theBeginningIsCorrectedByTheCloudsTimeOnceThatIsKnown() {
        updates.begin();
        updates.restart(Optional.empty());
        connects();
        clock.advance(Duration.ofSeconds(20));
        fails();

        // this machine's clock is an hour ahead
        Instant inTheCloud = after(20).minus(Duration.ofHours(1));
        updates.resumed(inTheCloud, inTheCloud);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START.minus(Duration.ofHours(1)));
            assertThat(gap.to()).isEqualTo(inTheCloud);
        });
    }

    @Test
    void aSecondAttemptIsAGapEvenIfTheSessionDidNotWaitBetween() {
        updates.begin();
        updates.restart(Optional.empty());
        connects();
        assertThat(ledger.snapshot()).isEmpty();

        connects();

        assertThat(ledger.snapshot()).hasSize(1);
    }

    @Test
    void theTimeWithoutTheProgramIsAGapUntilTheStreamFlows() {
        lastLive = START.minusSeconds(600);
        updates.begin();
        updates.restart(Optional.empty());
        connects();
        clock.advance(Duration.ofSeconds(5));
        fails();
        updates.resumed(after(5), after(5));

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START.minusSeconds(600));
            assertThat(gap.to()).isEqualTo(after(5));
        });
    }

    @Test
    void aStreamThatAStandbyReceivedFromItsBeginningHasNoGapIfItsConnectionIsCutLater() {
        updates.begin();
        updates.restart(Optional.of(START));
        connects();
        connects();

        assertThat(ledger.snapshot()).isEmpty();
    }

    @Test
    void anInterruptionIsCountedByItsReasonAndIsAGap() {
        updates.begin();
        updates.restart(Optional.of(START));
        updates.interrupted(after(60), "reset by peer");
        updates.resumed(after(90), after(90));

        assertThat(ledger.snapshot()).singleElement().extracting(Gap::reason).isEqualTo("reset by peer");
        assertThat(activity.reconnects()).containsEntry("reset by peer", 1L);
        assertThat(activity.counters().interruptions()).isEqualTo(1);
    }

    @Test
    void aRenewalIsNoGap() {
        updates.begin();
        updates.renewed();

        assertThat(ledger.snapshot()).isEmpty();
        assertThat(activity.renewals()).isEqualTo(1);
    }

    @Test
    void gapsOfAStreamThatIsNoLongerOpenedEndNowIfHistoryCanBeRead() {
        ledger.interrupted(START, "reset by peer");
        clock.advance(Duration.ofMinutes(1));

        updates.endOpenGaps(true);

        assertThat(ledger.fillable())
                .singleElement()
                .satisfies(gap -> assertThat(gap.to()).isEqualTo(after(60)));
    }

    @Test
    void gapsOfAStreamThatIsNoLongerOpenedCannotBeFilledWithoutAServiceAccount() {
        ledger.interrupted(START, "reset by peer");
        ledger.resumed(after(10));

        updates.endOpenGaps(false);

        assertThat(ledger.snapshot()).singleElement().satisfies(gap -> {
            assertThat(gap.state()).isEqualTo(Gap.State.UNFILLABLE);
            assertThat(gap.unfillable()).contains("without a service account history cannot be read");
        });
    }

    @Test
    void tellsThatTheSessionHasStopped() {
        updates.stateChanged(new SessionState.Live(START));
        assertThat(stops).hasValue(0);

        updates.stateChanged(new SessionState.Stopped(START, SessionState.Outcome.CLOSED, "it was closed"));

        assertThat(stops).hasValue(1);
    }
}
