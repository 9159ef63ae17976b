package io.github.dtstream.session.handover;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.session.connection.RecordSink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time until which everything that the cloud sent was received and passed on, in the cloud's time, as the records
 * prove it. A ping has the time at which it was sent, and everything sent before it came before it. An event was sent
 * at its own timestamp or later. The time of reading proves nothing: bytes may have waited in a buffer for minutes, and
 * the clock may be ahead. So a gap never begins by the clock, as it could begin after missing events. But no record proves
 * much more than the time at which it was read: a server of the cloud whose clock is ahead would prove the future. Thread-safe.
 */
public final class Completeness {
    /** How much later than its receipt a ping may say that it was sent: no more than a fill reads before a gap. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private @Nullable Instant until;

    /** Notes records that were passed on, in the order of the stream. */
    synchronized void passed(RecordSink.Received records) {
        Instant pinged = records.pinged();
        if (pinged != null) {
            advance(pinged.isAfter(records.at().plus(AHEAD)) ? records.at() : pinged);
        }
        List<Event> events = records.events();
        advance(EventTime.sentNotBefore(events.get(events.size() - 1), records.at()));
    }

    /** Null if nothing was received yet. */
    public synchronized @Nullable Instant until() {
        return until;
    }

    private void advance(Instant proven) {
        if (until == null || proven.isAfter(until)) {
            until = proven;
        }
    }
}
