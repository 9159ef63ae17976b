package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * The changes in entries of an alarm journal, decoded once for the filter and for the message. A change is forgotten
 * with its event. Thread-safe.
 */
final class AlarmEntries {
    /** By the event itself: two events are never equal. */
    private final Map<Event, Optional<AlarmChange>> decoded = Collections.synchronizedMap(new WeakHashMap<>());

    /** The change as routes may see it; empty if the entry is for the service only, or of another version. */
    Optional<AlarmChange> change(Event event) {
        return decoded.computeIfAbsent(event, AlarmEntries::decode);
    }

    private static Optional<AlarmChange> decode(Event event) {
        try {
            return AlarmChangeEvents.change(event);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
