package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.session.connection.StreamConnection;
import java.util.List;

/**
 * A connection has received neither an event nor a ping so far.
 *
 * @param filters the filters of its request
 */
record WhileConnecting(SessionState.Connecting shown, StreamConnection connection, StreamFilters filters)
        implements Situation {
    @Override
    public Transition on(Happening happening, SessionContext context) {
        if (happening instanceof Happening.FirstRecord first && first.isOf(connection)) {
            return context.live(connection, filters);
        }
        if (happening instanceof Happening.Ended end && end.isOf(connection)) {
            return context.lost(connection, end.fault());
        }
        if (happening instanceof Happening.FiltersChanged) {
            return context.connect().after(this::abort);
        }
        if (happening instanceof Happening.Failed) {
            return context.startOver(this);
        }
        return happening instanceof Happening.Stop ? context.close(this) : Transition.to(this);
    }

    @Override
    public List<StreamConnection> connections() {
        return List.of(connection);
    }
}
