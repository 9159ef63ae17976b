package io.github.dtstream.simulator.device;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Writes event objects and timestamps as the cloud does. */
public final class EventText {
    private EventText() {}

    /** RFC 3339 in UTC with exactly six decimals of a second, as in all known payloads. */
    public static String timestamp(Instant at) {
        // Without a DateTimeFormatter, as that takes longer than everything else for an event.
        LocalDateTime time = LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
        byte[] text = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.ISO_8859_1);
        digits(text, 3, time.getYear());
        digits(text, 6, time.getMonthValue());
        digits(text, 9, time.getDayOfMonth());
        digits(text, 12, time.getHour());
        digits(text, 15, time.getMinute());
        digits(text, 18, time.getSecond());
        digits(text, 25, time.getNano() / 1000);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] text, int last, int number) {
        for (int i = last, rest = number; rest > 0; i--, rest /= 10) {
            text[i] = (byte) ('0' + rest % 10);
        }
    }

    /**
     * An event object.
     *
     * @param data the event type's object as JSON; {@code updateTime} is added if it is missing
     */
    public static byte[] event(
            String eventId, String projectId, String deviceId, String eventType, String data, String timestamp) {
        StringBuilder text = new StringBuilder(256 + data.length());
        text.append("{\"eventId\":\"").append(eventId);
        text.append("\",\"targetName\":\"projects/")
                .append(projectId)
                .append("/devices/")
                .append(deviceId);
        text.append("\",\"eventType\":\"").append(eventType).append("\",\"data\":");
        if (eventType.equals("labelsChanged")) {
            text.append(data);
        } else {
            text.append("{\"").append(eventType).append("\":");
            appendStamped(text, data, timestamp);
            text.append('}');
        }
        text.append(",\"timestamp\":\"").append(timestamp).append("\"}");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendStamped(StringBuilder text, String data, String timestamp) {
        if (data.contains("\"updateTime\"")) {
            text.append(data);
            return;
        }
        int brace = data.lastIndexOf('}');
        text.append(data, 0, brace);
        if (text.charAt(text.length() - 1) != '{') {
            text.append(',');
        }
        text.append("\"updateTime\":\"").append(timestamp).append("\"}");
    }

    /** A ping: no device, no data. */
    public static String ping(String eventId, String projectId, String timestamp) {
        return "{\"result\":{\"event\":{\"eventId\":\"" + eventId + "\",\"targetName\":\"projects/" + projectId
                + "\",\"eventType\":\"ping\",\"data\":null,\"timestamp\":\"" + timestamp + "\"}}}";
    }
}
