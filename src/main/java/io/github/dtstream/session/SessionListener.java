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
     * between the two, {@link #resumed} follows at once, with a time that is not before this one.
     *
     * @param lastReceived when the last record was received that was passed on whole; the first byte if there was none
     * @param reason one sentence
     */
    void interrupted(Instant lastReceived, String reason);

    /** The first byte of a connection was received while none was receiving: what was missing lies before this time. */
    void resumed(Instant firstReceived);
}
