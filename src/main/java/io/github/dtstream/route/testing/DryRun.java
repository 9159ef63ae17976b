package io.github.dtstream.route.testing;

import io.github.dtstream.text.Excerpt;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

/** Replaces every sink of routes that run on their real sources by a line that tells what would be sent. */
public final class DryRun {
    private static final int MAX_TEXT = 300;

    private DryRun() {}

    /**
     * Replaces the sinks of routes that are loaded from now on, {@code log:} included.
     *
     * @param context a context without routes
     * @param lines takes a line for each delivery; called by the routes' threads
     */
    public static void install(CamelContext context, Consumer<String> lines) {
        context.getCamelContextExtension()
                .registerEndpointCallback(new SinkReplacement((meant, exchange) -> tell(meant, exchange, lines)));
    }

    private static void tell(Endpoint meant, Exchange exchange, Consumer<String> lines) {
        for (Delivery delivery : Delivery.of(meant, exchange)) {
            lines.accept(Excerpt.beginning("would send to " + delivery, MAX_TEXT));
        }
    }
}
