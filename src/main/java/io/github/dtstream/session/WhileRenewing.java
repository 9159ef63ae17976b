package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.Successor;
import io.github.dtstream.time.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One connection receives, and another one connects or receives in parallel, until no event can be lost between the
 * two. Then the first one is ended.
 */
record WhileRenewing(WhileLive predecessor, Successor successor) implements Situation {
    /** A failed renewal is tried once more after this delay; the old connection continues meanwhile. */
    static final Duration RETRY = Duration.ofMinutes(3);

    /** Until the cloud gives the events that are wanted now, the delay grows to this. */
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(15);

    private static final Backoff RETRIES = Backoff.doubling(RETRY, LONGEST_RETRY);

    @Override
    public SessionState.Live shown() {
        return predecessor.shown();
    }

    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.FirstRecord first && first.isOf(successor.connection())) {
            return Transition.to(this).then(() -> context.limitHandover(successor));
        }
        if (happening instanceof Happening.Complete complete && complete.isOf(predecessor.connection())) {
            return Transition.to(this).then(() -> context.resume(predecessor.connection()));
        }
        if (happening instanceof Happening.HandoverDue due && due.buffer() == successor.buffer()) {
            return Transition.to(new WhileHandingOver(predecessor, successor, null))
                    .then(predecessor.connection()::abort);
        }
        if (happening instanceof Happening.Ended end && end.isOf(predecessor.connection())) {
            return context.takeOver(successor, shown(), end.fault().summary());
        }
        if (happening instanceof Happening.Ended end && end.isOf(successor.connection())) {
            return failed(end.fault(), context);
        }
        if (happening instanceof Happening.FiltersChanged) {
            return predecessor.renew(context).after(() -> abandon(context));
        }
        if (happening instanceof Happening.Failed) {
            return context.startOver(this);
        }
        return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
    }

    /**
     * A renewal is tried twice, and again and again as long as the old connection does not ask for what is wanted now. The
     * planned renewal stays due at its time, when it is tried twice as well, before the cloud's hour ends.
     */
    private Transition failed(Fault fault, SessionContext context) {
        context.hasOtherCredentials(successor.connection(), fault);
        int failures = predecessor.failedRenewals() + 1;
        boolean isTriedAgain = failures == 1 || context.wantsOtherThan(predecessor.filters());
        Duration delay = longer(RETRIES.bound(failures), fault.minimumDelay());
        Optional<Duration> planned = context.untilPlannedRenewal();
        if (planned.isPresent() && (!isTriedAgain || planned.get().compareTo(delay) <= 0)) {
            return goOn(0, fault, context).then(() -> context.renewIn(longer(planned.get(), fault.minimumDelay())));
        }
        Transition back = goOn(failures, fault, context);
        return isTriedAgain ? back.then(() -> context.renewIn(delay)) : back;
    }

    private Transition goOn(int failures, Fault fault, SessionContext context) {
        return Transition.to(predecessor.afterFailedRenewals(failures))
                .after(() -> context.log().tookNotOver(fault), () -> abandon(context));
    }

    /** Gives the successor up; the predecessor continues. */
    private void abandon(SessionContext context) {
        context.endHandoverLimit();
        predecessor.connection().showTo(null);
        successor.abort();
    }

    @Override
    public List<StreamConnection> connections() {
        return List.of(predecessor.connection(), successor.connection());
    }

    @Override
    public void abort() {
        predecessor.abort();
        successor.abort();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
