package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import java.time.Instant;

/**
 * The state of a session. Immutable.
 *
 * <pre>
 * Connecting ──first event or ping──▶ Live ──ended──▶ Connecting
 *     │ ▲                              │
 *     │ └──────due──────── Waiting ◀──fault──┘ (also from Connecting)
 *     └──stop, permanent fault, retries used up──▶ Stopped (from every state)
 *                                                  │ ◀──tried again on request──┘
 * </pre>
 */
public sealed interface SessionState {
    /** When the session entered this state. */
    Instant since();

    /**
     * One word for metrics and pages: {@code connecting}, {@code live}, {@code waiting}, {@code stopped}, {@code push}.
     */
    String label();

    /**
     * A request is being made, or was answered and nothing came yet.
     *
     * @param failures the number of failed attempts in a row before this one
     */
    record Connecting(Instant since, int failures) implements SessionState {
        @Override
        public String label() {
            return "connecting";
        }
    }

    /** The connection has received at least one event or ping. */
    record Live(Instant since) implements SessionState {
        @Override
        public String label() {
            return "live";
        }
    }

    /**
     * The next attempt is due later.
     *
     * @param until when the next attempt is due
     * @param reason why the last attempt failed
     * @param failures the number of failed attempts in a row
     */
    record Waiting(Instant since, Instant until, Fault reason, int failures) implements SessionState {
        @Override
        public String label() {
            return "waiting";
        }
    }

    /** No further attempt is made, except by request. */
    record Stopped(Instant since, Outcome outcome, String reason) implements SessionState {
        @Override
        public String label() {
            return "stopped";
        }
    }

    /** There is no session, as the stream is not wanted; events come by push only. */
    record Unheld(Instant since) implements SessionState {
        @Override
        public String label() {
            return "push";
        }
    }

    /** Why a session stopped. */
    enum Outcome {
        /** It was closed. */
        CLOSED,
        /** The credentials were refused, also with a fresh token. */
        CREDENTIALS,
        /** The request can never succeed without a change: of project, permission or option. */
        PERMANENT,
        /** {@code maxRetries} attempts in a row failed. */
        GIVEN_UP
    }
}
