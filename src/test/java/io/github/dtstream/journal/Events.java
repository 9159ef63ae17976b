package io.github.dtstream.journal;

import io.github.dtstream.event.Event;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Minimal events, and a decoder for them. */
public final class Events {
    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([A-Za-z0-9_-]+)\"");

    private Events() {}

    public static Event event(int number) {
        return event("event" + number);
    }

    public static Event event(String eventId) {
        return event(eventId, "21.5");
    }

    public static Event event(String eventId, String value) {
        String json = "{\"eventId\":\"" + eventId
                + "\",\"targetName\":\"projects/p1/devices/d1\",\"eventType\":\"temperature\",\"data\":{\"temperature\":{\"value\":"
                + value + "}},\"timestamp\":\"2026-11-22T10:00:00.000000Z\"}";
        return of(eventId, json.getBytes(StandardCharsets.UTF_8));
    }

    /** An event in the cloud's form, with a device and a time; the stream's own decoder can read it. */
    public static Event ofDevice(String eventId, String deviceId, Instant at) {
        String json = "{\"eventId\":\"" + eventId + "\",\"targetName\":\"projects/p1/devices/" + deviceId
                + "\",\"eventType\":\"temperature\",\"data\":{\"temperature\":{\"value\":21.5,\"updateTime\":\"" + at
                + "\"}},\"timestamp\":\"" + at + "\"}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Event(eventId, "temperature", "p1", deviceId, at.toString(), bytes, 0, bytes.length);
    }

    /** An event whose JSON has about the given length. */
    public static Event sized(String eventId, int bytes) {
        return event(eventId, "\"" + "x".repeat(Math.max(0, bytes - 170)) + "\"");
    }

    /** Finds the identifier anywhere in the object; replaces the stream's own decoder. */
    public static Event decode(byte[] buffer, int offset, int length) throws InvalidRecordException {
        Matcher id = EVENT_ID.matcher(new String(buffer, offset, length, StandardCharsets.UTF_8));
        if (!id.find()) {
            throw new InvalidRecordException("no eventId");
        }
        return of(id.group(1), Arrays.copyOfRange(buffer, offset, offset + length));
    }

    private static Event of(String eventId, byte[] json) {
        return new Event(eventId, "temperature", "p1", "d1", "2026-11-22T10:00:00.000000Z", json, 0, json.length);
    }
}
