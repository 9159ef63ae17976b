package io.github.dtstream.session;

import java.time.Instant;

/**
 * Gets the changes of a session. Called in order by the session's own thread; must not block for long.
 */
public interface SessionListener {
    /** The session's state has changed. */
    void stateChanged(SessionState state);

    /**
     * A live connection has ended and no other one receives: a gap opens.
     *
     * <p>A session that stops while it is live calls this as well. If a successor took over without proof that no event
     * was lost between the two, {@link #resumed} follows at once.
     *
     * @param completeUntil everything before was received and passed on, in the cloud's time
     * @param reason one sentence
     */
    void interrupted(Instant completeUntil, String reason);

    /**
     * A connection receives everything again, after none did; called at its first ping at the latest.
     *
     * @param completeFrom everything from here on is received, in the cloud's time. Without a ping this is by the
     *     clock, which may be ahead, so it may end a gap and never begins one
     * @param past a time that is certainly past by the cloud's clock, from a record's timestamp; not after {@code
     *     completeFrom}
     */
    void resumed(Instant completeFrom, Instant past);

    /** A successor has taken over from a live connection. */
    default void renewed() {}
}
