package io.github.dtstream.mqtt;

import org.apache.camel.Service;
import org.apache.camel.spi.ShutdownPrepared;

/**
 * A service of a route by which Camel tells that the route is being stopped or suspended: after its consumer has been, and
 * before what it has under way is waited for. Producers are told nothing until that has ended. A consumer that waits itself
 * for what it has under way tells by it, too. Thread-safe.
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
