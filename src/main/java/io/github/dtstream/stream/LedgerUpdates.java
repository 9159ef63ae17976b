package io.github.dtstream.stream;

import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.session.SessionListener;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.time.CloudClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes into the gap ledger what the session misses: the time without a connection, that before the router started, and
 * for a new stream the time before its first connection. {@link #begin} is called before the session delivers; after that
 * the session's thread calls.
 */
final class LedgerUpdates implements SessionListener {
    private static final String NO_HISTORY =
            "the stream is not held any more, and without a service account history cannot be read";

    private final GapLedger ledger;
    private final Supplier<Optional<Instant>> lastLive;
    private final CloudClock clock;
    private final StreamActivity activity;
    private final Runnable onStopped;
    private long begunNanos;
    /** Whether the stream never received anything. */
    private boolean isNew;

    private boolean beginningIsGap;
    /** Whether the first attempt to connect was made. */
    private boolean attempted;

    /**
     * @param lastLive gives the time of the journal's last live record, in the cloud's time; empty if it has none
     * @param onStopped called when the session has stopped for good
     */
    LedgerUpdates(
            GapLedger ledger,
            Supplier<Optional<Instant>> lastLive,
            CloudClock clock,
            StreamActivity activity,
            Runnable onStopped) {
        this.ledger = ledger;
        this.lastLive = lastLive;
        this.clock = clock;
        this.activity = activity;
        this.onStopped = onStopped;
    }

    /** The stream starts now. */
    void begin() {
        begunNanos = clock.nanos();
        isNew = lastLive.get().isEmpty();
    }

    /** What was received before the start is in the journal, and from this time on it is complete again, if it is known. */
    void restart(Optional<Instant> completeFrom) {
        if (completeFrom.isEmpty()) {
            ledger.restart(lastLive.get());
        } else {
            isNew = false;
            ledger.restart(lastLive.get(), completeFrom.get());
        }
    }

    /**
     * Ends gaps of a time when the stream was open, as {@code streaming=false} keeps it closed: they do not grow any
     * more.
     */
    void endOpenGaps(boolean canBeFilled) {
        List<Gap> open =
                ledger.snapshot().stream().filter(gap -> !gap.isSettled()).toList();
        if (!open.isEmpty() && canBeFilled) {
            ledger.resumed(clock.instant());
        } else {
            open.forEach(gap -> ledger.unfillable(gap.id(), NO_HISTORY, gap.progress()));
        }
    }

    @Override
    public void stateChanged(SessionState state) {
        if (state instanceof SessionState.Waiting) {
            activity.retried();
            missedBeginning();
        } else if (state instanceof SessionState.Connecting) {
            if (attempted) {
                missedBeginning();
            }
            attempted = true;
        } else if (state instanceof SessionState.Stopped) {
            onStopped.run();
        }
    }

    /** Opens a gap for the time between the first attempt to connect and the first event. */
    private void missedBeginning() {
        if (isNew && !beginningIsGap) {
            beginningIsGap = true;
            ledger.interrupted(
                    clock.instant().minusNanos(clock.nanos() - begunNanos),
                    "the stream was started for the first time, and did not flow at once");
        }
    }

    @Override
    public void interrupted(Instant completeUntil, String reason) {
        activity.interrupted(reason);
        ledger.interrupted(completeUntil, reason);
    }

    @Override
    public void renewed() {
        activity.renewed();
    }

    @Override
    public void resumed(Instant completeFrom, Instant past) {
        if (beginningIsGap) {
            // When the gap was opened, the cloud's time was not known yet.
            ledger.began(past.minusNanos(clock.nanos() - begunNanos));
        }
        isNew = false;
        beginningIsGap = false;
        ledger.resumed(completeFrom);
    }
}
