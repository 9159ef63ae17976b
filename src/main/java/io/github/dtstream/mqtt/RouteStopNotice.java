package io.github.dtstream.mqtt;

import org.apache.camel.Service;
import org.apache.camel.spi.ShutdownPrepared;

/**
 * A service of a route, through which Camel tells that the route is being stopped or suspended. Camel calls it after the
 * consumer has stopped, and before it waits for exchanges that are under way; producers are told only after that. A consumer
 * that waits for its exchanges itself calls it, too. Thread-safe.
 *
 * @param routeId of the route
 * @param component whose messages of that route are waited for
 */
public record RouteStopNotice(String routeId, DtMqttComponent component) implements Service, ShutdownPrepared {
    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        component.routeStops(routeId);
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}
}
