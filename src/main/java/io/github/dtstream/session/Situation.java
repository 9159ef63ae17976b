package io.github.dtstream.session;

import io.github.dtstream.session.connection.StreamConnection;
import java.util.List;

/**
 * The situation of a session, with all data that only this situation needs. Immutable. Others see its {@link
 * SessionState}; the three situations with a receiving connection are {@code live} to them.
 *
 * <pre>
 *  BeforeStart ──start──▶ WhileConnecting ◀──────────due, asked for─────────┐
 *                          │  ▲    │ failed, refused ──▶ WhileWaiting, WhileStopped
 *             first record │  │    │                       ▲
 *                          ▼  │ended                       │ failed, refused
 *                         WhileLive ───────────────────────┤
 *            ▲   renew │  ▲                                │
 *            │         ▼  │ successor ended                │
 *  successor │   WhileRenewing                             │
 * takes over │         │ decided                           │
 *            │         ▼                                   │
 *            └── WhileHandingOver ── the successor, too ───┘
 * </pre>
 *
 * Each becomes {@code AfterClose} when the session is closed.
 */
sealed interface Situation
        permits Situation.BeforeStart,
                WhileConnecting,
                WhileLive,
                WhileRenewing,
                WhileHandingOver,
                WhileWaiting,
                WhileStopped,
                Situation.AfterClose {
    /** The visible state. */
    SessionState shown();

    /**
     * Reacts to a message. The only effects are the transition, and the context's counters and random values. A message
     * without meaning here leaves the situation unchanged.
     */
    Transition on(Happening happening, SessionContext context);

    /** Its connections; none by default. */
    default List<StreamConnection> connections() {
        return List.of();
    }

    /** Ends its connections at once. */
    default void abort() {
        connections().forEach(StreamConnection::abort);
    }

    /** The session was not started yet. */
    record BeforeStart(SessionState.Connecting shown) implements Situation {
        @Override
        public Transition on(Happening happening, SessionContext context) {
            if (happening instanceof Happening.Start || happening instanceof Happening.Failed) {
                return context.connect();
            }
            return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
        }
    }

    /** The session is closed for good. */
    record AfterClose(SessionState.Stopped shown) implements Situation {
        @Override
        public Transition on(Happening happening, SessionContext context) {
            return Transition.to(this);
        }
    }
}
