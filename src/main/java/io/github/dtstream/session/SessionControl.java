package io.github.dtstream.session;

/**
 * The only place where a session's situation changes. The session's thread calls {@link #step}; any thread calls the
 * other methods.
 */
final class SessionControl {
    private final SessionContext context;
    private volatile Situation situation;

    SessionControl(SessionContext context) {
        this.context = context;
        this.situation = context.beginning();
    }

    SessionState state() {
        return situation.shown();
    }

    /** Whether the session is closed, so that messages have no effect any more. */
    boolean isClosed() {
        return situation instanceof Situation.AfterClose;
    }

    /** Processes a message. Throws the exception of an action; the next step must then be {@link Happening.Failed}. */
    void step(Happening happening) {
        if (happening instanceof Happening.FiltersChanged change) {
            context.askFor(change.filters());
        }
        Transition transition = situation.on(happening, context);
        transition.ends().forEach(Runnable::run);
        enter(transition.next());
        transition.beginnings().forEach(Runnable::run);
    }

    private void enter(Situation next) {
        SessionState before = situation.shown();
        situation = next;
        if (next.shown() != before) {
            context.listeners().stateChanged(next.shown());
        }
    }
}
