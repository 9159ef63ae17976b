package io.github.dtstream.event;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The event types of the API's documentation, to which a stream can be restricted. A {@code ping} is not one of them:
 * every stream has pings, and they cannot be selected.
 */
public final class EventTypes {
    private static final Set<String> KNOWN = Collections.unmodifiableSet(new LinkedHashSet<>(List.of(
            "touch",
            "temperature",
            "humidity",
            "objectPresent",
            "waterPresent",
            "objectPresentCount",
            "touchCount",
            "co2",
            "pressure",
            "motion",
            "deskOccupancy",
            "contact",
            "probeWireStatus",
            "networkStatus",
            "batteryStatus",
            "labelsChanged",
            "connectionStatus",
            "ethernetStatus",
            "cellularStatus")));

    private EventTypes() {}

    /** The known types, in a fixed order. */
    public static Set<String> known() {
        return KNOWN;
    }

    /** Whether the text is the exact name of a known type. */
    public static boolean isKnown(String eventType) {
        return KNOWN.contains(eventType);
    }
}
