package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.message.BatchOrigin;
import org.apache.camel.Service;
import org.apache.camel.spi.ShutdownPrepared;

/**
 * A service of a route by which Camel notifies that the route is being stopped or suspended. Camel calls it after the
 * consumer has stopped and before it waits for running exchanges; it notifies producers only after that. A consumer
 * that waits for its exchanges itself calls it, too. Thread-safe.
 *
 * @param routeId the route
 * @param component the component that publishes messages of the route
 */
public record RouteStopNotice(String routeId, DtMqttComponent component) implements Service, ShutdownPrepared {
    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        component.routeStops(routeId);
    }

    /** Notes that an origin of the route's batches has ended, while the route continues. */
    public void hasEnded(BatchOrigin origin) {
        component.ended(origin);
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}
}
