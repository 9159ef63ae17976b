package io.github.dtstream.mqtt.connection;

import java.time.Duration;

/**
 * Whether this client subscribes to the topic of its presence, so that it can correct another client's late will. Some
 * brokers close the connection of a client that subscribes to a topic without permission. If a broker seems to do so,
 * this client does not subscribe again. Not thread-safe: guarded by the lock of its connection.
 */
final class StateWatch {
    /** After this many links without an answer, this client does not subscribe any more. */
    private static final int ENDS_MAX = 2;

    /** If a link lasted longer than this, the subscription at its beginning did not end it. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private boolean isAsked;
    private int ends;

    boolean isWanted() {
        return ends < ENDS_MAX;
    }

    void asked() {
        isAsked = true;
    }

    void answered() {
        isAsked = false;
        ends = 0;
    }

    /**
     * A link has ended.
     *
     * @return whether this was once too often
     */
    boolean ended(Duration lasted) {
        boolean counts = isAsked && lasted.compareTo(SHORT) <= 0;
        isAsked = false;
        ends += counts ? 1 : 0;
        return counts && !isWanted();
    }
}
