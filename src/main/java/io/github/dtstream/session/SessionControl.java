package io.github.dtstream.session;

/**
 * The one place where a session comes into another situation. {@link #step} is called by the session's thread; the rest by
 * any.
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

    /** Whether nothing that may happen matters any more. */
    boolean isClosed() {
        return situation instanceof Situation.AfterClose;
    }

    /** Something happens. Throws what an action does; {@link Happening.Failed} is then to be the next step. */
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
