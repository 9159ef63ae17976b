package io.github.dtstream.stream;

import io.github.dtstream.event.Event;
import java.nio.charset.StandardCharsets;

/** Events about devices that the cloud's stream did not bring, in the form of its own. Stateless. */
final class DeviceEvents {
    private DeviceEvents() {}

    /**
     * The same of the same, so that one that comes again can be recognised.
     *
     * @param origin begins the identifier
     * @param data as JSON
     * @param timestamp in ISO 8601
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
