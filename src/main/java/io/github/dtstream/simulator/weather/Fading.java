package io.github.dtstream.simulator.weather;

import java.nio.charset.StandardCharsets;

/** How an open stream stops carrying events: after some pings, neither an event nor a ping comes any more. */
public enum Fading {
    /** Nothing ever comes, not even the head of the answer. */
    INTO_NOTHING(0, ""),
    /** The body ends after the first ping. */
    INTO_THE_END(1, ""),
    INTO_BLANK_LINES(3, "\n"),
    INTO_COMMENTS(3, ": keep-alive\n\n"),
    /** Empty records, in the usual framing. */
    INTO_EMPTY_OBJECTS(3, "{}"),
    /** Beginnings of records, one after the other, without the end of a line. */
    INTO_HALF_LINES(3, "{\"result\":{\"event\":{\"eventId\":\"c82gg9c");

    private final int pings;
    private final String noise;

    Fading(int pings, String noise) {
        this.pings = pings;
        this.noise = noise;
    }

    /** How many pings come before that. */
    public int pings() {
        return pings;
    }

    public boolean ends() {
        return this == INTO_THE_END;
    }

    /** The bytes that are sent repeatedly instead of events; empty for nothing. */
    public byte[] noise() {
        return noise.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether these bytes are a record, with the usual framing. */
    public boolean isRecord() {
        return this == INTO_EMPTY_OBJECTS;
    }
}
