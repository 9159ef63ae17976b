package io.github.dtstream.route.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.component.EndpointUriFactorySupport;

/**
 * Replaces the stream's component: hands out numbered events, batch by batch, and remembers for each subscriber its
 * progress, and how often it was started and stopped.
 */
public final class NumberStream extends DefaultComponent {
    private final Map<String, AtomicLong> cursors = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> starts = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> stops = new ConcurrentHashMap<>();
    private final AtomicLong available = new AtomicLong();
    private volatile String refuseToStart = "";

    /** Registers the component and its options in a context. */
    public void addTo(CamelContext context) {
        context.addComponent("dt-stream", this);
        context.getRegistry().bind("dt-stream-factory", new UriFactory());
    }

    /** Registers it in contexts in which nothing is started. */
    public static void equip(CamelContext context) {
        new NumberStream().addTo(context);
        context.getRegistry().bind("records", new Records());
    }

    /** Adds so many events. */
    public void produce(long events) {
        available.addAndGet(events);
    }

    long produced() {
        return available.get();
    }

    public long cursor(String subscriber) {
        return cursors.computeIfAbsent(subscriber, name -> new AtomicLong()).get();
    }

    int starts(String subscriber) {
        return starts.computeIfAbsent(subscriber, name -> new AtomicInteger()).get();
    }

    int stops(String subscriber) {
        return stops.computeIfAbsent(subscriber, name -> new AtomicInteger()).get();
    }

    /** Makes a consumer of that subscriber throw when it is started. */
    void refuseToStart(String subscriber) {
        refuseToStart = subscriber;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StreamEndpoint endpoint = new StreamEndpoint(uri, this);
        endpoint.subscriber = getAndRemoveParameter(parameters, "subscriber", String.class);
        endpoint.maxBatchSize = getAndRemoveParameter(parameters, "maxBatchSize", int.class, 1);
        return endpoint;
    }

    private static final class StreamEndpoint extends DefaultEndpoint {
        private final NumberStream stream;
        private String subscriber = "";
        private int maxBatchSize = 1;

        private StreamEndpoint(String uri, NumberStream stream) {
            super(uri, stream);
            this.stream = stream;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("nothing can be sent to a stream");
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new StreamConsumer(this, processor);
        }
    }

    private static final class StreamConsumer extends DefaultConsumer {
        private final StreamEndpoint endpoint;
        private volatile Thread thread;

        private StreamConsumer(StreamEndpoint endpoint, Processor processor) {
            super(endpoint, processor);
            this.endpoint = endpoint;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            if (endpoint.stream.refuseToStart.equals(endpoint.subscriber)) {
                throw new IllegalStateException("the subscriber is in use elsewhere");
            }
            endpoint.stream
                    .starts
                    .computeIfAbsent(endpoint.subscriber, name -> new AtomicInteger())
                    .incrementAndGet();
            thread = new Thread(this::run, "numbers-" + endpoint.subscriber);
            thread.start();
        }

        @Override
        protected void doStop() throws Exception {
            if (thread != null) {
                endpoint.stream
                        .stops
                        .computeIfAbsent(endpoint.subscriber, name -> new AtomicInteger())
                        .incrementAndGet();
                Thread running = thread;
                thread = null;
                running.join(60_000);
            }
            super.doStop();
        }

        private void run() {
            AtomicLong cursor = endpoint.stream.cursors.computeIfAbsent(endpoint.subscriber, name -> new AtomicLong());
            while (thread == Thread.currentThread()) {
                long behind = endpoint.stream.available.get() - cursor.get();
                if (behind == 0 || !deliver(cursor, (int) Math.min(behind, endpoint.maxBatchSize))) {
                    pause();
                }
            }
        }

        private boolean deliver(AtomicLong cursor, int count) {
            Exchange exchange = createExchange(false);
            List<Message> parts = new ArrayList<>();
            for (long number = cursor.get() + 1; number <= cursor.get() + count; number++) {
                parts.add(part(exchange.getContext(), number));
            }
            exchange.getMessage().setBody(parts);
            try {
                getProcessor().process(exchange);
            } catch (Exception e) {
                exchange.setException(e);
            }
            boolean good = !exchange.isFailed();
            if (good) {
                cursor.addAndGet(count);
            }
            releaseExchange(exchange, false);
            return good;
        }

        private static Message part(CamelContext context, long number) {
            Message part = new DefaultMessage(context);
            part.setBody("{\"eventId\":\"e" + number + "\"}");
            part.setHeader("DtEventId", "e" + number);
            part.setHeader("DtEventType", "temperature");
            part.setHeader("Number", number);
            return part;
        }

        private static void pause() {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lists the options, as a generated factory would. */
    static final class UriFactory extends EndpointUriFactorySupport implements EndpointUriFactory {
        @Override
        public boolean isEnabled(String scheme) {
            return scheme.equals("dt-stream");
        }

        @Override
        public String buildUri(String scheme, Map<String, Object> properties, boolean encode) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> propertyNames() {
            return Set.of("projectId", "subscriber", "maxBatchSize", "format");
        }

        @Override
        public Set<String> secretPropertyNames() {
            return Set.of();
        }

        @Override
        public Map<String, String> multiValuePrefixes() {
            return Map.of();
        }

        @Override
        public boolean isLenientProperties() {
            return false;
        }
    }
}
