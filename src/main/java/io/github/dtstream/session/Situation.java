package io.github.dtstream.session;

import io.github.dtstream.session.connection.StreamConnection;
import java.util.List;

/**
 * Where a session stands, with all that matters there and nowhere else. Immutable. What others see of it is its {@link
 * SessionState}; the three that have a connection which receives are {@code live} to them.
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
 * Each becomes {@code AfterClose} when the session is to end.
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
    /** What others see. */
    SessionState shown();

    /**
     * Answers what happens. Has no effect but through the transition, and on what the context counts and draws. What does not
     * matter here is answered by staying.
     */
    Transition on(Happening happening, SessionContext context);

    /** The connections that it has; none unless it says so. */
    default List<StreamConnection> connections() {
        return List.of();
    }

    /** Ends the connections that it has at once. */
    default void abort() {
        connections().forEach(StreamConnection::abort);
    }

    /** Nothing was done yet. */
    record BeforeStart(SessionState.Connecting shown) implements Situation {
        @Override
        public Transition on(Happening happening, SessionContext context) {
            if (happening instanceof Happening.Start || happening instanceof Happening.Failed) {
                return context.connect();
            }
            return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
        }
    }

    /** Nothing leads on from here. */
    record AfterClose(SessionState.Stopped shown) implements Situation {
        @Override
        public Transition on(Happening happening, SessionContext context) {
            return Transition.to(this);
        }
    }
}
