package io.github.dtstream.session;

import java.time.Instant;
import java.util.List;

/**
 * What a session tells its listeners: its state, and between which times nothing was received. What a listener did not take,
 * as it failed, counts as not told. Written by the session's thread only; {@link #state} is for all.
 */
final class SessionListeners {
    private final List<SessionListener> listeners;

    /** Whether a connection is known to receive everything: between two of these lies a gap. */
    private boolean receiving;

    private volatile SessionState state;

    SessionListeners(List<SessionListener> listeners, SessionState first) {
        this.listeners = listeners;
        this.state = first;
    }

    SessionState state() {
        return state;
    }

    boolean isReceiving() {
        return receiving;
    }

    /** The one place where the state changes. */
    void enter(SessionState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("a session that is " + state + " does not become " + next);
        }
        state = next;
        listeners.forEach(listener -> listener.stateChanged(next));
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

    /**
     * From now on nothing is received; says nothing where that was so before.
     *
     * @param completeUntil until when nothing is missing, in the cloud's time
     */
    void interrupted(Instant completeUntil, String reason) {
        if (receiving) {
            listeners.forEach(listener -> listener.interrupted(completeUntil, reason));
            receiving = false;
        }
    }
}
