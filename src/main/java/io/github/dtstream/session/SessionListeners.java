package io.github.dtstream.session;

import java.time.Instant;
import java.util.List;

/**
 * Notifies the listeners of a session of its states and interruptions. If a listener throws an exception, the
 * notification counts as not made. Owned by the session's thread.
 */
final class SessionListeners {
    private final List<SessionListener> listeners;
    /** Whether a connection certainly receives everything; otherwise there is a gap. */
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
     * A connection receives everything again, after none did.
     *
     * @param completeFrom everything from here on is received, in the cloud's time
     * @param past a time that is certainly past by the cloud's clock
     */
    void resumed(Instant completeFrom, Instant past) {
        listeners.forEach(listener -> listener.resumed(completeFrom, past));
        receiving = true;
    }

    /** A successor has taken over. */
    void renewed() {
        listeners.forEach(SessionListener::renewed);
    }

    /**
     * Nothing is received from now on; called only after everything was received.
     *
     * @param completeUntil everything before was received, in the cloud's time
     */
    void interrupted(Instant completeUntil, String reason) {
        listeners.forEach(listener -> listener.interrupted(completeUntil, reason));
        receiving = false;
    }
}
