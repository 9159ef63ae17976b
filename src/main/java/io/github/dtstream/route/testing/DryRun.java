package io.github.dtstream.route.testing;

import io.github.dtstream.text.Excerpt;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.URISupport;

/**
 * Replaces every sink of routes that run on the real stream by a line that tells what would be sent. Routes that read something
 * else, such as a queue or a folder, do not run: what they took would be gone, and sent nowhere.
 */
public final class DryRun {
    private static final int MAX_TEXT = 300;

    /** The component whose events a dry run takes: each of its readers has a place of its own. */
    private static final String STREAM = "dt-stream:";

    private DryRun() {}

    /** Takes a line for each delivery, and for each route that does not run. */
    @FunctionalInterface
    public interface Lines {
        void add(String line);
    }

    /**
     * Replaces the sinks of routes that are loaded from now on, {@code log:} included.
     *
     * @param context a context without routes
     * @param lines called by the routes' threads
     */
    public static void install(CamelContext context, Lines lines) {
        context.getCamelContextExtension()
                .registerEndpointCallback(new SinkReplacement(
                        (meant, exchange) -> tell(meant, exchange, lines),
                        (meant, processor) -> consumer(meant, processor, lines)));
    }

    private static Consumer consumer(Endpoint meant, Processor processor, Lines lines) throws Exception {
        if (meant.getEndpointKey().startsWith(STREAM)) {
            return SinkReplacement.original(meant, processor);
        }
        lines.add("not run: the route from " + URISupport.sanitizeUri(meant.getEndpointBaseUri())
                + ", as a dry run would take away what is there");
        return new DefaultConsumer(meant, processor);
    }

    private static void tell(Endpoint meant, Exchange exchange, Lines lines) {
        for (Delivery delivery : Delivery.of(meant, exchange)) {
            lines.add(Excerpt.beginning("would send to " + delivery, MAX_TEXT));
        }
    }
}
