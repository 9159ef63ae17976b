package io.github.dtstream.session;

/** The last attempt has failed, and an alarm is set for the next one. */
record WhileWaiting(SessionState.Waiting shown) implements Situation {
    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.RetryDue) {
            return context.connect();
        }
        if (happening instanceof Happening.RetryNow) {
            return context.tryAnew();
        }
        return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
    }
}
