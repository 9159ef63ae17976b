package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import java.time.Instant;

/**
 * Where a session stands. Immutable.
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
    /** When the session came into this state. */
    Instant since();

    /** One word for metrics and pages: {@code connecting}, {@code live}, {@code waiting}, {@code stopped}, {@code push}. */
    String label();

    /**
     * A request is on its way, or answered and silent so far.
     *
     * @param failures how many attempts failed in a row before this one
     */
    record Connecting(Instant since, int failures) implements SessionState {
        @Override
        public String label() {
            return "connecting";
        }
    }

    /** The connection has delivered at least one event or ping. */
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
     * @param reason why the last one failed
     * @param failures how many failed in a row
     */
    record Waiting(Instant since, Instant until, Fault reason, int failures) implements SessionState {
        @Override
        public String label() {
            return "waiting";
        }
    }

    /** No further attempt is made, unless somebody asks for one. */
    record Stopped(Instant since, Outcome outcome, String reason) implements SessionState {
        @Override
        public String label() {
            return "stopped";
        }
    }

    /** There is no session: nobody asked for the stream to be held, and events come by push alone. */
    record Unheld(Instant since) implements SessionState {
        @Override
        public String label() {
            return "push";
        }
    }

    /** Why a session stopped. */
    enum Outcome {
        /** It was asked to. */
        CLOSED,
        /** Credentials were refused, also with a fresh token. */
        CREDENTIALS,
        /** The request can never succeed as it is: project, permission, option. */
        PERMANENT,
        /** {@code maxRetries} attempts in a row failed. */
        GIVEN_UP
    }
}
