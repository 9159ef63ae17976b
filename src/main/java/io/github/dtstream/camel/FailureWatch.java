package io.github.dtstream.camel;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailureHandledEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.jspecify.annotations.Nullable;

/** Notifies the consumer of a failed event when an error handler has handled the failure. Called by any thread. */
final class FailureWatch extends EventNotifierSupport {
    private final CamelContext context;

    FailureWatch(CamelContext context) {
        this.context = context;
        // Ignores all events but failures, as Camel would otherwise make them for each exchange.
        setIgnoreCamelContextEvents(true);
        setIgnoreCamelContextInitEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreStepEvents(true);
        setIgnoreExchangeCreatedEvent(true);
        setIgnoreExchangeCompletedEvent(true);
        setIgnoreExchangeSendingEvents(true);
        setIgnoreExchangeSentEvents(true);
        setIgnoreExchangeRedeliveryEvents(true);
        setIgnoreExchangeAsyncProcessingStartedEvents(true);
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event instanceof ExchangeFailureHandledEvent;
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeFailureHandledEvent handled) {
            Exchange exchange = handled.getExchange();
            Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            Route route = routeOf(exchange.getFromRouteId());
            if (failure != null && route != null) {
                List<ProjectConsumer> consumers = ProjectConsumer.of(route);
                consumers.stream()
                        .filter(consumer ->
                                consumers.size() == 1 || consumer.getEndpoint() == exchange.getFromEndpoint())
                        .forEach(consumer -> consumer.failureHandled(handler(handled), failure));
            }
        }
    }

    private @Nullable Route routeOf(@Nullable String id) {
        return id == null ? null : context.getRoute(id);
    }

    private static String handler(ExchangeFailureHandledEvent event) {
        return event.isDeadLetterChannel() ? "the dead letter channel " + event.getDeadLetterUri() : "onException";
    }
}
