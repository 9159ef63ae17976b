package io.github.dtstream.event;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event of the cloud, as received: the fields of its envelope, and its JSON as bytes, so that nothing that the
 * cloud sent is lost or changed.
 *
 * <p>The identifiers consist of {@code [A-Za-z0-9_-]} only; the decoder refuses others, so they are safe in paths,
 * topics and templates. Immutable by contract: nobody writes to the array that {@link #json()} returns.
 */
public final class Event {
    /** The event type of the stream's keep-alive; it has no device and no data. */
    public static final String PING = "ping";

    /**
     * Headers, references and alignment of an event, its five strings, its array, and the record that holds it; 793
     * bytes were measured, and 844 are counted ({@code Footprint} in {@code src/jmh}).
     */
    private static final int OBJECTS_BYTES = 400;

    private final String eventId;
    private final String eventType;
    private final String projectId;
    private final @Nullable String deviceId;
    private final String timestamp;
    private final byte[] json;
    private final int dataOffset;
    private final int dataLength;
    private final int heapBytes;

    /**
     * @param eventId the cloud's unique identifier of the event
     * @param eventType the vendor's name of the type, for example {@code temperature}
     * @param projectId the project in the event's {@code targetName}
     * @param deviceId the device in the event's {@code targetName}; absent on a ping
     * @param timestamp when a Cloud Connector received the event: RFC 3339, as the cloud wrote it
     * @param json the event object as one line of UTF-8 JSON, without CR or LF; not copied
     * @param dataOffset the offset of the event type's own object in {@code json}; see {@link #data()}
     * @param dataLength its length in bytes
     */
    public Event(
            String eventId,
            String eventType,
            String projectId,
            @Nullable String deviceId,
            String timestamp,
            byte[] json,
            int dataOffset,
            int dataLength) {
        this.eventId = Objects.requireNonNull(eventId);
        this.eventType = Objects.requireNonNull(eventType);
        this.projectId = Objects.requireNonNull(projectId);
        this.deviceId = deviceId;
        this.timestamp = Objects.requireNonNull(timestamp);
        this.json = Objects.requireNonNull(json);
        this.dataOffset = Objects.checkFromIndexSize(dataOffset, dataLength, json.length);
        this.dataLength = dataLength;
        this.heapBytes = OBJECTS_BYTES
                + json.length
                + eventId.length()
                + eventType.length()
                + timestamp.length()
                + projectId.length()
                + (deviceId == null ? 0 : deviceId.length());
    }

    public String eventId() {
        return eventId;
    }

    public String eventType() {
        return eventType;
    }

    public String projectId() {
        return projectId;
    }

    /** The device of the event; null for a ping. */
    public @Nullable String deviceId() {
        return deviceId;
    }

    /** When a Cloud Connector received the event: RFC 3339 in UTC, as the cloud wrote it. */
    public String timestamp() {
        return timestamp;
    }

    public boolean isPing() {
        return PING.equals(eventType);
    }

    /** The whole event object as one line of UTF-8 JSON. Not a copy: do not write to it. */
    public byte[] json() {
        return json;
    }

    /** The offset of the event type's own object in {@link #json()}, in bytes. */
    public int dataOffset() {
        return dataOffset;
    }

    /** The length of the event type's own object in {@link #json()}, in bytes. */
    public int dataLength() {
        return dataLength;
    }

    /**
     * The event type's own object as JSON text: {@code data.temperature} of a temperature event. If {@code data} has no
     * object with the type's name ({@code labelsChanged} is flat), the whole {@code data}; the text {@code null} for a
     * ping.
     */
    public String data() {
        return new String(json, dataOffset, dataLength, StandardCharsets.UTF_8);
    }

    /** Its approximate memory, including the journal's record around it. */
    public long heapBytes() {
        return heapBytes;
    }

    /** The whole event object as JSON text. */
    @Override
    public String toString() {
        return new String(json, StandardCharsets.UTF_8);
    }
}
