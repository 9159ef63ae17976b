package io.github.dtstream.route.testing;

import java.util.Set;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Replaces every sink of a context. The original endpoint is created, so that its options are checked, but its producer
 * is not. Registered before routes are loaded.
 */
final class SinkReplacement implements EndpointStrategy {
    /** Components that are not replaced: they call another route, change the message in place, or are a source. */
    private static final Set<String> KEPT = Set.of(
            "direct",
            "seda",
            "bean",
            "class",
            "language",
            "dataformat",
            "validator",
            "xslt",
            "ref",
            "controlbus",
            "timer",
            "scheduler",
            "dt-alarm");

    private final Replacement replacement;
    private final Sources sources;

    SinkReplacement(Replacement replacement) {
        this(replacement, SinkReplacement::original);
    }

    /** @param sources makes the consumers of routes that do not begin with one of the components that are kept */
    SinkReplacement(Replacement replacement, Sources sources) {
        this.replacement = replacement;
        this.sources = sources;
    }

    /** Makes a consumer for a route. */
    @FunctionalInterface
    interface Sources {
        /** @param meant the original endpoint; not started */
        Consumer consumer(Endpoint meant, Processor processor) throws Exception;
    }

    /** The consumer of the endpoint itself. */
    static Consumer original(Endpoint meant, Processor processor) throws Exception {
        ServiceHelper.startService(meant);
        return meant.createConsumer(processor);
    }

    /** Takes the messages that would have been sent. */
    @FunctionalInterface
    interface Replacement {
        /** @param meant the original endpoint; not started */
        void take(Endpoint meant, Exchange exchange) throws Exception;
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        String key = endpoint.getEndpointKey();
        boolean kept = endpoint instanceof Replaced || KEPT.contains(key.substring(0, key.indexOf(':')));
        return kept ? endpoint : new Replaced(endpoint, replacement, sources);
    }

    private static final class Replaced extends DefaultEndpoint {
        private final Endpoint meant;
        private final Replacement replacement;
        private final Sources sources;

        private Replaced(Endpoint meant, Replacement replacement, Sources sources) {
            super(meant.getEndpointUri(), null);
            this.meant = meant;
            this.replacement = replacement;
            this.sources = sources;
            setCamelContext(meant.getCamelContext());
        }

        @Override
        public Producer createProducer() {
            return new DefaultAsyncProducer(this) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    try {
                        replacement.take(meant, exchange);
                    } catch (Exception e) {
                        exchange.setException(e);
                    }
                    callback.done(true);
                    return true;
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            return sources.consumer(meant, processor);
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }

        @Override
        protected void doStop() throws Exception {
            ServiceHelper.stopAndShutdownService(meant);
            super.doStop();
        }
    }
}
