package io.github.dtstream.mqtt;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;

/**
 * Whether the route of an exchange is already being stopped or suspended: Camel stops its consumer first, then waits
 * for its exchanges. For exchanges that are running at that time there is {@link RouteStopNotice}.
 */
final class RouteStopping {
    private RouteStopping() {}

    static boolean isSo(Exchange exchange) {
        CamelContext context = exchange.getContext();
        if (context.isStopping() || context.isStopped()) {
            return true;
        }
        String routeId = exchange.getFromRouteId();
        Route route = routeId == null ? null : context.getRoute(routeId);
        Consumer consumer = route == null ? null : route.getConsumer();
        if (!(consumer instanceof StatefulService service)) {
            return false;
        }
        return !service.isRunAllowed() || service.isSuspending() || service.isSuspended();
    }
}
