package io.github.dtstream.cluster.kafka;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The newest hand-over of a stream.
 *
 * @param isTaken true if the node took the stream, false if the node gave it up
 * @param why the reason, in one line
 */
record HandOver(boolean isTaken, String node, Instant at, String why) {
    private static final String TAKEN = "taken";
    private static final String GIVEN_UP = "given-up";
    private static final int PARTS = 4;

    static HandOver givenUp(String node, Instant at, String why) {
        return new HandOver(false, node, at, why);
    }

    /** @param before the hand-over before this one; null if there was none */
    static HandOver taken(String node, Instant at, @Nullable HandOver before) {
        return new HandOver(true, node, at, reason(node, before));
    }

    private static String reason(String node, @Nullable HandOver before) {
        if (before == null) {
            return "nobody had it before";
        }
        if (before.isTaken()) {
            return before.node().equals(node) ? "it started again" : before.node() + " did not answer any more";
        }
        return before.toString();
    }

    String text() {
        return (isTaken ? TAKEN : GIVEN_UP) + " " + node + " " + at.truncatedTo(ChronoUnit.MILLIS) + " "
                + why.replace('\n', ' ');
    }

    /** Parses {@link #text}; null if the text is not valid. */
    static @Nullable HandOver of(String text) {
        String[] parts = text.split(" ", PARTS);
        if (parts.length < PARTS || !(parts[0].equals(TAKEN) || parts[0].equals(GIVEN_UP))) {
            return null;
        }
        try {
            return new HandOver(parts[0].equals(TAKEN), parts[1], Instant.parse(parts[2]), parts[3]);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A sentence for people. */
    @Override
    public String toString() {
        return isTaken ? node + " took it: " + why : node + " gave it up: " + why;
    }
}
