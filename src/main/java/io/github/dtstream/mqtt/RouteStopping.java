package io.github.dtstream.mqtt;

import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.jspecify.annotations.Nullable;

/**
 * Whether the route that an exchange came from is being stopped or suspended: Camel stops its consumer first, then
 * waits for its exchanges. Thread-safe.
 */
final class RouteStopping implements BooleanSupplier {
    private final CamelContext context;
    private final @Nullable String routeId;

    RouteStopping(Exchange exchange) {
        this.context = exchange.getContext();
        this.routeId = exchange.getFromRouteId();
    }

    @Override
    public boolean getAsBoolean() {
        if (context.isStopping() || context.isStopped()) {
            return true;
        }
        Route route = routeId == null ? null : context.getRoute(routeId);
        Consumer consumer = route == null ? null : route.getConsumer();
        if (!(consumer instanceof StatefulService service)) {
            return false;
        }
        return !service.isRunAllowed() || service.isSuspending() || service.isSuspended();
    }
}
