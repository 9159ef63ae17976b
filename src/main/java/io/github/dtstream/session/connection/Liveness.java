package io.github.dtstream.session.connection;

import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Timers;
import java.time.Duration;

/**
 * Ends a connection that has received neither an event nor a ping for longer than the limit of silence. Other bytes do
 * not count: blank lines, comments, junk and incomplete records prove nothing. Time in the sink does not count either.
 * Thread-safe: the reader reports, a timer checks.
 */
final class Liveness {
    private final Timers timers;
    private final CloudClock clock;
    private final long limitNanos;
    private final Runnable onSilence;

    // All fields below are guarded by this.
    private Timers.Timer timer = Timers.Timer.NONE;
    private long provenNanos;
    private long enteredNanos;
    private boolean inSink;
    /** Whether the timer has rung while the sink was called. */
    private boolean askedInSink;

    private boolean ended;
    private boolean silent;

    /** @param onSilence ends the connection; called by a timer's thread, once */
    Liveness(Timers timers, CloudClock clock, Duration limit, Runnable onSilence) {
        this.timers = timers;
        this.clock = clock;
        this.limitNanos = limit.toNanos();
        this.onSilence = onSilence;
    }

    /** Called when the cloud has answered. */
    synchronized void begin() {
        provenNanos = clock.nanos();
        askIn(limitNanos);
    }

    /** Called for an event or a ping. */
    synchronized void proven() {
        provenNanos = clock.nanos();
    }

    synchronized void enterSink() {
        inSink = true;
        enteredNanos = clock.nanos();
    }

    synchronized void leaveSink() {
        inSink = false;
        long now = clock.nanos();
        // A proof during the call of the sink is later than the call's beginning.
        provenNanos = Math.min(now, provenNanos + (now - enteredNanos));
        if (askedInSink) {
            askedInSink = false;
            askIn(Math.max(0, limitNanos - (now - provenNanos)));
        }
    }

    synchronized void end() {
        ended = true;
        timer.cancel();
    }

    /** Whether the connection was ended because of its silence. */
    synchronized boolean isSilent() {
        return silent;
    }

    private void ask() {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (inSink) {
                askedInSink = true;
                return;
            }
            long left = limitNanos - (clock.nanos() - provenNanos);
            if (left > 0) {
                askIn(left);
                return;
            }
            silent = true;
        }
        onSilence.run();
    }

    private void askIn(long nanos) {
        if (!ended) {
            timer = timers.after(Duration.ofNanos(nanos), this::ask);
        }
    }
}
