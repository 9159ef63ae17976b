package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.Successor;
import java.util.List;

/**
 * One connection receives.
 *
 * @param filters the filters of its request
 * @param failedRenewals how many renewals of it have failed in a row
 * @param renewalWaits whether a renewal begins as soon as the records are passed on that the connection held before it
 *     took over
 */
record WhileLive(
        SessionState.Live shown,
        StreamConnection connection,
        StreamFilters filters,
        int failedRenewals,
        boolean renewalWaits)
        implements Situation {
    WhileLive(SessionState.Live shown, StreamConnection connection, StreamFilters filters) {
        this(shown, connection, filters, 0, false);
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

    /**
     * Opens a successor, unless records that this connection held are still being passed on: it could be released
     * before them.
     */
    Transition renew(SessionContext context) {
        if (context.isReleasing()) {
            return Transition.to(new WhileLive(shown, connection, filters, failedRenewals, true));
        }
        Successor successor = context.successor(filters);
        WhileLive predecessor = new WhileLive(shown, connection, filters, failedRenewals, false);
        return Transition.to(new WhileRenewing(predecessor, successor))
                .then(() -> connection.showTo(successor.buffer()::predecessorPassed), successor.connection()::start);
    }

    /** A successor has ended before it took over; this connection continues. */
    WhileLive afterFailedRenewals(int inARow) {
        return new WhileLive(shown, connection, filters, inARow, false);
    }

    @Override
    public List<StreamConnection> connections() {
        return List.of(connection);
    }
}
