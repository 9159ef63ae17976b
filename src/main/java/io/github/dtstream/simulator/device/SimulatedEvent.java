package io.github.dtstream.simulator.device;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** An event that the simulated cloud produced. Immutable by contract: nobody writes to the array of {@link #json()}. */
public final class SimulatedEvent {

    /** The origin of an event, which determines where it can be seen. */
    public enum Origin {
        /** On the stream when it was produced, and in the history. */
        LIVE,
        /** Like {@link #LIVE}, but with an old timestamp: it reached the cloud late. */
        LATE,
        /** Like {@link #LATE}: a sensor kept it while it was offline. */
        BACKFILLED,
        /** In the history only. */
        HISTORY_ONLY,
        /** In the history only, from before the cloud was started. */
        PRELOADED
    }

    /**
     * The offset of the identifier in every event object that the simulator writes: after <code>{"eventId":"</code>.
     */
    private static final int ID_OFFSET = 12;

    private static final int ID_LENGTH = 20;

    // Times are kept as microseconds of the epoch, which is small: a hundred thousand events are kept.
    private final long sequence;
    private final String eventType;
    private final String deviceId;
    private final long timestamp;
    private final long produced;
    private final long queryable;
    private final Origin origin;
    private final byte[] json;

    public SimulatedEvent(
            long sequence,
            String eventType,
            String deviceId,
            Instant timestamp,
            Instant produced,
            Instant queryable,
            Origin origin,
            byte[] json) {
        this.sequence = sequence;
        this.eventType = eventType;
        this.deviceId = deviceId;
        this.timestamp = micros(timestamp);
        this.produced = micros(produced);
        this.queryable = micros(queryable);
        this.origin = origin;
        this.json = json;
    }

    public static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000), time.getNano() / 1000);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
    }

    /** The event's number in the order of production, from 0. */
    public long sequence() {
        return sequence;
    }

    public String eventId() {
        return new String(json, ID_OFFSET, ID_LENGTH, StandardCharsets.US_ASCII);
    }

    public String eventType() {
        return eventType;
    }

    public String deviceId() {
        return deviceId;
    }

    /** The event's own time, as in its JSON; microseconds. */
    public Instant timestamp() {
        return instant(timestamp);
    }

    /** When the simulated cloud got the event. */
    public Instant produced() {
        return instant(produced);
    }

    /** When the history begins to show the event. */
    public Instant queryable() {
        return instant(queryable);
    }

    /** {@link #timestamp()} in microseconds of the epoch. */
    public long timestampMicros() {
        return timestamp;
    }

    public Origin origin() {
        return origin;
    }

    /** The event object as one line of UTF-8 JSON. Not a copy: do not write to it. */
    public byte[] json() {
        return json;
    }

    /** The event object as JSON text. */
    @Override
    public String toString() {
        return new String(json, StandardCharsets.UTF_8);
    }
}
