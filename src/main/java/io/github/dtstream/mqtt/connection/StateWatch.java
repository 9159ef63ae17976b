package io.github.dtstream.mqtt.connection;

import java.time.Duration;

/**
 * Whether this client listens on the topic that tells of its presence, so that it can contradict somebody else's late will.
 * Some brokers end the connection of a client that subscribes to a topic that it may not hear. Where a broker seems to do so,
 * this client does not ask again. Not thread-safe: guarded by the lock of its connection.
 */
final class StateWatch {
    /** How often the link may end without an answer before this client stops asking. */
    private static final int ENDS_MAX = 2;

    /** If a link lasted longer than this, the question at its beginning did not end it. */
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
