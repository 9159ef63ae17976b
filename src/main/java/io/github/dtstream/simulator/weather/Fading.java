package io.github.dtstream.simulator.weather;

import java.nio.charset.StandardCharsets;

/** How a stream that is open stops to carry anything: after some pings, no event and no ping comes any more. */
public enum Fading {
    /** Nothing ever comes, not even the head of the answer. */
    INTO_NOTHING(0, ""),
    /** The body ends after the first ping. */
    INTO_THE_END(1, ""),
    INTO_BLANK_LINES(3, "\n"),
    INTO_COMMENTS(3, ": keep-alive\n\n"),
    /** Records, framed as others are, with nothing in them. */
    INTO_EMPTY_OBJECTS(3, "{}"),
    /** Beginnings of a record, one behind the other, and never the end of a line. */
    INTO_HALF_LINES(3, "{\"result\":{\"event\":{\"eventId\":\"c82gg9c");

    private final int pings;
    private final String noise;

    Fading(int pings, String noise) {
        this.pings = pings;
        this.noise = noise;
    }

    /** How many pings come before. */
    public int pings() {
        return pings;
    }

    public boolean ends() {
        return this == INTO_THE_END;
    }

    /** What comes in place of events, again and again; empty for nothing. */
    public byte[] noise() {
        return noise.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether that is a record, which is framed as others are. */
    public boolean isRecord() {
        return this == INTO_EMPTY_OBJECTS;
    }
}
