package io.github.dtstream.session;

/** The session has given up by itself; another attempt is made only by request. */
record WhileStopped(SessionState.Stopped shown) implements Situation {
    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.RetryNow) {
            return context.tryAnew();
        }
        if (happening instanceof Happening.RetryRefused) {
            return Transition.to(this).then(() -> context.retryLater(shown.outcome()));
        }
        return happening instanceof Happening.Stop ? context.close(this, shown) : Transition.to(this);
    }
}
