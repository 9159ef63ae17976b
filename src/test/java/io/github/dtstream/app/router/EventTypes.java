package io.github.dtstream.app.router;

import java.util.Map;

/** All event types with a measurement, count or state, each with an example of its data. */
final class EventTypes {
    static final Map<String, String> DATA = Map.ofEntries(
            Map.entry("temperature", "{\"value\":21.5}"),
            Map.entry("humidity", "{\"temperature\":20.5,\"relativeHumidity\":41}"),
            Map.entry("co2", "{\"ppm\":526}"),
            Map.entry("pressure", "{\"pascal\":99301}"),
            Map.entry("touch", "{}"),
            Map.entry("touchCount", "{\"total\":469}"),
            Map.entry("objectPresent", "{\"state\":\"NOT_PRESENT\"}"),
            Map.entry("objectPresentCount", "{\"total\":4176}"),
            Map.entry("waterPresent", "{\"state\":\"PRESENT\"}"),
            Map.entry("motion", "{\"state\":\"MOTION_DETECTED\"}"),
            Map.entry("deskOccupancy", "{\"state\":\"NOT_OCCUPIED\",\"remarks\":[]}"),
            Map.entry("contact", "{\"state\":\"OPEN\"}"),
            Map.entry("probeWireStatus", "{\"state\":\"THREE_WIRE\"}"),
            Map.entry(
                    "networkStatus",
                    "{\"signalStrength\":99,\"rssi\":-60,\"cloudConnectors\":[{\"id\":\"c\",\"signalStrength\":99,\"rssi\":-60}]}"),
            Map.entry("batteryStatus", "{\"percentage\":100}"),
            Map.entry("connectionStatus", "{\"connection\":\"ETHERNET\",\"available\":[\"CELLULAR\",\"ETHERNET\"]}"),
            Map.entry(
                    "ethernetStatus",
                    "{\"macAddress\":\"f0:b5:b7:00:0a:08\",\"ipAddress\":\"10.0.0.1\",\"errors\":[]}"),
            Map.entry("cellularStatus", "{\"signalStrength\":80,\"errors\":[]}"));

    private EventTypes() {}
}
