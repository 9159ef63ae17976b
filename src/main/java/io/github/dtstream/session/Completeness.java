package io.github.dtstream.session;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Until when everything that the cloud sent was received and passed on, in the cloud's time, as the records themselves
 * prove it: a ping says when it was sent, and everything sent before it came before it. An event was sent at its own
 * timestamp or later. When something was read proves nothing: it may have waited in a buffer for minutes. Thread-safe.
 */
final class Completeness {
    private @Nullable Instant until;

    /** A connection receives everything from then on; a gap before that is in the ledger. */
    synchronized void from(Instant begin) {
        advance(begin);
    }

    /** Live events and pings were passed on, in the order of the stream. */
    synchronized void passed(List<Event> events, Instant received) {
        for (Event event : events) {
            Instant sent = event.isPing() ? EventTime.of(event) : null;
            if (sent != null) {
                advance(sent);
            }
        }
        advance(EventTime.sentNotBefore(events.get(events.size() - 1), received));
    }

    /** Null while nothing was received. */
    synchronized @Nullable Instant until() {
        return until;
    }

    private void advance(Instant proven) {
        if (until == null || proven.isAfter(until)) {
            until = proven;
        }
    }
}
