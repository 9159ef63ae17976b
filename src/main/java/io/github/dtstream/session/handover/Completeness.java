package io.github.dtstream.session.handover;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import io.github.dtstream.session.connection.RecordSink;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Until when everything that the cloud sent was received and passed on, in the cloud's time, as the records themselves
 * prove it: a ping says when it was sent, and everything sent before it came before it. An event was sent at its own
 * timestamp or later. When something was read proves nothing: it may have waited in a buffer for minutes, and the clock may
 * be ahead. So a gap never begins by the clock, or it could begin after what is missing. Thread-safe.
 */
public final class Completeness {
    private @Nullable Instant until;

    /** These were passed on, in the order of the stream. */
    synchronized void passed(RecordSink.Received records) {
        if (records.pinged() != null) {
            advance(records.pinged());
        }
        List<Event> events = records.events();
        advance(EventTime.sentNotBefore(events.get(events.size() - 1), records.at()));
    }

    /** Null while nothing was received. */
    public synchronized @Nullable Instant until() {
        return until;
    }

    private void advance(Instant proven) {
        if (until == null || proven.isAfter(until)) {
            until = proven;
        }
    }
}
