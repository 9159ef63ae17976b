package io.github.dtstream.session;

import java.time.Instant;

/**
 * Is told what happens to a session. Called by the session's own thread, in order; must not block for long.
 */
public interface SessionListener {
    /** The session came into another state. */
    void stateChanged(SessionState state);

    /**
     * A live connection ended and no other one is receiving: a gap opens.
     *
     * <p>A session that stops while it is live tells this too. Where a successor took over without proof that nothing fell
     * between the two, {@link #resumed} follows at once.
     *
     * @param completeUntil until when everything was received and passed on, in the cloud's time
     * @param reason one sentence
     */
    void interrupted(Instant completeUntil, String reason);

    /**
     * A connection is known to receive everything while none was; at its first ping at the latest.
     *
     * @param completeFrom from when on it receives everything, in the cloud's time: what is missing lies before. Without a
     *     ping it is told by the clock, which may be ahead, so it ends a gap and begins none
     * @param past a time that the cloud's clock has passed for certain, as a record's own timestamp says it; not later
     */
    void resumed(Instant completeFrom, Instant past);

    /** A successor has taken over from a live connection. */
    default void renewed() {}
}
