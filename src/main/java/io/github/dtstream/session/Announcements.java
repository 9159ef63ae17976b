package io.github.dtstream.session;

import java.time.Instant;
import java.util.List;

/**
 * What a session tells its listeners: its state, and between which times nothing was received. Written by the session's
 * thread only; {@link #state} is for all.
 */
final class Announcements {
    private final List<SessionListener> listeners;

    /** Whether a connection is receiving: between two of these lies a gap. */
    private boolean receiving;

    private volatile SessionState state;

    Announcements(List<SessionListener> listeners, SessionState first) {
        this.listeners = listeners;
        this.state = first;
    }

    SessionState state() {
        return state;
    }

    boolean isReceiving() {
        return receiving;
    }

    void enter(SessionState next) {
        state = next;
        listeners.forEach(listener -> listener.stateChanged(next));
    }

    /**
     * A connection has received its first event or ping while none was receiving.
     *
     * @param now when that was noticed
     * @param completeFrom from when on nothing is missing, in the cloud's time
     */
    void live(Instant now, Instant completeFrom) {
        receiving = true;
        enter(new SessionState.Live(now));
        listeners.forEach(listener -> listener.resumed(completeFrom));
    }

    /**
     * From now on nothing is received; says nothing where that was so before.
     *
     * @param completeUntil until when nothing is missing, in the cloud's time
     */
    void interrupted(Instant completeUntil, String reason) {
        if (receiving) {
            receiving = false;
            listeners.forEach(listener -> listener.interrupted(completeUntil, reason));
        }
    }
}
