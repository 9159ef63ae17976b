package io.github.dtstream.reading;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A quantity for rules and graphs: a number, state or count of an event type, or an event that has only a time.
 *
 * <p>Event types, fields and states are those of the vendor's documentation.
 */
public enum Quantity {
    TEMPERATURE(
            "temperature", Kind.SAMPLED, "°C", Map.of("temperature", "value", "humidity", "temperature"), List.of()),
    HUMIDITY("humidity", Kind.SAMPLED, "%", Map.of("humidity", "relativeHumidity"), List.of()),
    CO2("co2", Kind.SAMPLED, "ppm", Map.of("co2", "ppm"), List.of()),
    PRESSURE("pressure", Kind.SAMPLED, "Pa", Map.of("pressure", "pascal"), List.of()),
    BATTERY("battery", Kind.SAMPLED, "%", Map.of("batteryStatus", "percentage"), List.of()),
    /** The signal strength of a sensor, as its Cloud Connector receives it. */
    SIGNAL("signal", Kind.SAMPLED, "%", Map.of("networkStatus", "signalStrength"), List.of()),
    /** The signal strength of a Cloud Connector in the mobile network. */
    CELLULAR_SIGNAL("cellular signal", Kind.SAMPLED, "%", Map.of("cellularStatus", "signalStrength"), List.of()),
    OBJECT_COUNT("object count", Kind.COUNT, "", Map.of("objectPresentCount", "total"), List.of()),
    TOUCH_COUNT("touch count", Kind.COUNT, "", Map.of("touchCount", "total"), List.of()),
    CONTACT("contact", Kind.STATE, "", Map.of("contact", "state"), List.of("OPEN", "CLOSED")),
    OBJECT("object", Kind.STATE, "", Map.of("objectPresent", "state"), List.of("PRESENT", "NOT_PRESENT")),
    WATER("water", Kind.STATE, "", Map.of("waterPresent", "state"), List.of("PRESENT", "NOT_PRESENT")),
    MOTION("motion", Kind.STATE, "", Map.of("motion", "state"), List.of("MOTION_DETECTED", "NO_MOTION_DETECTED")),
    DESK("desk", Kind.STATE, "", Map.of("deskOccupancy", "state"), List.of("OCCUPIED", "NOT_OCCUPIED")),
    PROBE_WIRE(
            "probe wire",
            Kind.STATE,
            "",
            Map.of("probeWireStatus", "state"),
            List.of(
                    "INVALID_WIRE_CONFIGURATION",
                    "INVALID_COEFFICIENT_CONFIGURATION",
                    "TWO_WIRE",
                    "THREE_WIRE",
                    "FOUR_WIRE")),
    CONNECTION(
            "connection",
            Kind.STATE,
            "",
            Map.of("connectionStatus", "connection"),
            List.of("SDS", "ETHERNET", "CELLULAR", "OFFLINE")),
    /** Whether a Cloud Connector reports errors of its Ethernet: {@code OK} or {@code ERROR}. */
    ETHERNET("ethernet", Kind.STATE, "", Map.of("ethernetStatus", "errors"), List.of("OK", "ERROR")),
    /** Whether a Cloud Connector reports errors of its modem: {@code OK} or {@code ERROR}. */
    CELLULAR("cellular", Kind.STATE, "", Map.of("cellularStatus", "errors"), List.of("OK", "ERROR")),
    /** Whether anything is received from the cloud; no event has it, as it is their absence. */
    STREAM("stream", Kind.STATE, "", Map.of(), List.of("INTERRUPTED")),
    /** A touch has a time and no value; it ends at once. */
    TOUCH("touch", Kind.PULSE, "", Map.of("touch", ""), List.of("TOUCHED"));

    /** How a quantity behaves between two events. */
    public enum Kind {
        /** A number that is measured at intervals; its value in between is unknown. */
        SAMPLED,
        /** A state that is sent when it changes; it is valid until the next event. */
        STATE,
        /** A total that grows. */
        COUNT,
        /** An occurrence without duration. */
        PULSE
    }

    private final String key;
    private final Kind kind;
    private final String unit;
    private final Map<String, String> fields;
    private final List<String> states;

    Quantity(String key, Kind kind, String unit, Map<String, String> fields, List<String> states) {
        this.key = key;
        this.kind = kind;
        this.unit = unit;
        this.fields = fields;
        this.states = states;
    }

    /** The name in rules, headers and messages. */
    public String key() {
        return key;
    }

    public Kind kind() {
        return kind;
    }

    /** The unit of the number; empty if there is none. */
    public String unit() {
        return unit;
    }

    /** The event types that have it, each with the name of its field in their data. */
    public Map<String, String> fields() {
        return fields;
    }

    /** The possible states; empty for numbers. */
    public List<String> states() {
        return states;
    }

    /** The quantity with a name; the name of an event type also means its main quantity. */
    public static Optional<Quantity> named(String name) {
        return Arrays.stream(values())
                .filter(quantity -> quantity.key.equals(name))
                .findFirst()
                .or(() -> Arrays.stream(values())
                        .filter(quantity -> quantity.fields.containsKey(name))
                        .findFirst());
    }
}
