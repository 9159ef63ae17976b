package io.github.dtstream.simulator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** How a stream that is open stops to carry anything: after some pings, no event and no ping comes any more. */
enum Fading {
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
    int pings() {
        return pings;
    }

    boolean ends() {
        return this == INTO_THE_END;
    }

    boolean isNoisy() {
        return !noise.isEmpty();
    }

    /** Writes once what comes in place of events. */
    void write(OutputStream body, StreamFraming framing) throws IOException {
        byte[] bytes = noise.getBytes(StandardCharsets.UTF_8);
        if (this == INTO_EMPTY_OBJECTS) {
            framing.write(body, bytes, true);
        } else {
            body.write(bytes);
        }
    }
}
