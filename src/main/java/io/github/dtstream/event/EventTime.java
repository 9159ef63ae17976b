package io.github.dtstream.event;

import io.github.dtstream.time.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the timestamps of events. Stateless. */
public final class EventTime {
    private EventTime() {}

    /** When a Cloud Connector received the event, or the cloud sent the ping; null if the text is not a time. */
    public static @Nullable Instant of(Event event) {
        try {
            return Timestamps.parse(event.timestamp());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * A time at or before the moment at which the cloud sent this live event: the event's timestamp, or the time of
     * receipt if that is earlier, as a Cloud Connector's clock may be ahead. A sensor that was offline sends events
     * that are days old.
     *
     * @param received when it was received, by the cloud's clock
     */
    public static Instant sentNotBefore(Event event, Instant received) {
        Instant stamped = of(event);
        return stamped == null || stamped.isAfter(received) ? received : stamped;
    }
}
