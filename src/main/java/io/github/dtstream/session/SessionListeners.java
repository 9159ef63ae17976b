package io.github.dtstream.session;

import java.time.Instant;
import java.util.List;

/**
 * What a session tells its listeners: its state, and between which times nothing was received. What a listener did not take,
 * as it failed, counts as not told. Owned by the session's thread.
 */
final class SessionListeners {
    private final List<SessionListener> listeners;
    /** Whether a connection is known to receive everything: between two of these lies a gap. */
    private boolean receiving;

    SessionListeners(List<SessionListener> listeners) {
        this.listeners = listeners;
    }

    boolean isReceiving() {
        return receiving;
    }

    void stateChanged(SessionState state) {
        listeners.forEach(listener -> listener.stateChanged(state));
    }

    /**
     * A connection receives again while none did.
     *
     * @param completeFrom from when on nothing is missing, in the cloud's time
     * @param past a time that the cloud's clock has passed for certain
     */
    void resumed(Instant completeFrom, Instant past) {
        listeners.forEach(listener -> listener.resumed(completeFrom, past));
        receiving = true;
    }

    /** A successor is the connection from now on. */
    void renewed() {
        listeners.forEach(SessionListener::renewed);
    }

    /**
     * From now on nothing is received; called where a connection received everything so far.
     *
     * @param completeUntil until when nothing is missing, in the cloud's time
     */
    void interrupted(Instant completeUntil, String reason) {
        listeners.forEach(listener -> listener.interrupted(completeUntil, reason));
        receiving = false;
    }
}
