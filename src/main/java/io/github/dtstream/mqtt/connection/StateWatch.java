package io.github.dtstream.mqtt.connection;

import java.time.Duration;

/**
 * Whether this client listens on the topic that tells of its presence, so that it can contradict somebody else's late will.
 * There are brokers that end the connection of a client that asks for what it may not hear: where that seems to be so, it is
 * not asked again. Not thread-safe: guarded by the lock of its connection.
 */
final class StateWatch {
    /** So often the link may end before there is an answer. */
    private static final int ENDS_MAX = 2;

    /** A link that lasts longer was not ended by what was asked at its beginning. */
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
     * @return whether that was once too often
     */
    boolean ended(Duration lasted) {
        boolean counts = isAsked && lasted.compareTo(SHORT) <= 0;
        isAsked = false;
        ends += counts ? 1 : 0;
        return counts && !isWanted();
    }
}
