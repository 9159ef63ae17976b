package io.github.dtstream.stream;

import io.github.dtstream.event.Event;
import java.nio.charset.StandardCharsets;

/**
 * Makes events about devices that did not come by the cloud's stream, in the form of the stream's events. Stateless.
 */
final class DeviceEvents {
    private DeviceEvents() {}

    /**
     * Makes an event; the same arguments give the same identifier, so repetitions can be recognised.
     *
     * @param origin the beginning of the identifier
     * @param data the event's data, as JSON
     * @param timestamp the event's time, in ISO 8601
     */
    static Event of(String origin, String projectId, String deviceId, String eventType, String data, String timestamp) {
        String eventId = origin + "-" + timestamp.replaceAll("[^0-9TZ]", "");
        String head = "{\"eventId\":\"" + eventId + "\",\"targetName\":\"projects/" + projectId + "/devices/" + deviceId
                + "\",\"eventType\":\"" + eventType + "\",\"data\":{\"" + eventType + "\":";
        byte[] json = (head + data + "},\"timestamp\":\"" + timestamp + "\"}").getBytes(StandardCharsets.UTF_8);
        int length = data.getBytes(StandardCharsets.UTF_8).length;
        return new Event(eventId, eventType, projectId, deviceId, timestamp, json, head.length(), length);
    }
}
