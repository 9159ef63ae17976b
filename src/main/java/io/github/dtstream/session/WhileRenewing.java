package io.github.dtstream.session;

import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.Successor;
import java.time.Duration;
import java.util.List;

/**
 * One connection receives, and another one connects or receives in parallel, until no event can be lost between the
 * two. Then the first one is ended.
 */
record WhileRenewing(WhileLive predecessor, Successor successor) implements Situation {
    /** A failed renewal is tried once more after this delay; the old connection continues meanwhile. */
    static final Duration RETRY = Duration.ofMinutes(3);

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

    private Transition failed(Fault fault, SessionContext context) {
        context.hasOtherCredentials(successor.connection(), fault);
        Transition back = Transition.to(predecessor.afterFailedRenewal())
                .after(() -> context.log().tookNotOver(fault), () -> abandon(context));
        return predecessor.renewalFailed()
                ? back
                : back.then(() -> context.renewIn(longer(RETRY, fault.minimumDelay())));
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
