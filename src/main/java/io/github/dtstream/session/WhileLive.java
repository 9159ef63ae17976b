package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.Successor;
import java.util.List;

/**
 * One connection receives.
 *
 * @param filters what it asks for
 * @param renewalFailed whether a renewal of it did not work out, which is tried once more
 * @param renewalWaits whether a renewal comes as soon as what the connection held before it took over is passed on
 */
record WhileLive(
        SessionState.Live shown,
        StreamConnection connection,
        StreamFilters filters,
        boolean renewalFailed,
        boolean renewalWaits)
        implements Situation {
    WhileLive(SessionState.Live shown, StreamConnection connection, StreamFilters filters) {
        this(shown, connection, filters, false, false);
    }

    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.Complete complete && complete.isOf(connection)) {
            return Transition.to(this).then(() -> context.resume(connection));
        }
        if (happening instanceof Happening.Ended end && end.isOf(connection)) {
            return context.lost(connection, end.fault());
        }
        if (happening instanceof Happening.Renew
                || happening instanceof Happening.FiltersChanged
                || happening instanceof Happening.Released && renewalWaits) {
            return renew(context);
        }
        if (happening instanceof Happening.Failed) {
            return context.startOver(this);
        }
        return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
    }

    /** A successor connects, but not while what this connection held is on its way: it could be released before it. */
    Transition renew(SessionContext context) {
        if (context.isReleasing()) {
            return Transition.to(new WhileLive(shown, connection, filters, renewalFailed, true));
        }
        Successor successor = context.successor(filters);
        WhileLive predecessor = new WhileLive(shown, connection, filters, renewalFailed, false);
        return Transition.to(new WhileRenewing(predecessor, successor))
                .then(() -> connection.showTo(successor.buffer()::predecessorPassed), successor.connection()::start);
    }

    /** A successor has ended before it took over; this connection goes on. */
    WhileLive afterFailedRenewal() {
        return new WhileLive(shown, connection, filters, true, false);
    }

    @Override
    public List<StreamConnection> connections() {
        return List.of(connection);
    }
}
