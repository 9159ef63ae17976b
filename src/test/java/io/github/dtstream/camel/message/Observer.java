package io.github.dtstream.camel.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.MessageHistory;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Writes down all that can be seen of the exchanges of a context, with names in place of identifiers, so that two runs
 * can be compared. Thread-safe.
 */
final class Observer {
    /** The property of a batch that holds its list of parts. */
    static final String LIST = "list";

    /** The identifier of an exchange or a message. */
    private static final Pattern ID = Pattern.compile("[0-9A-F]{15}-[0-9A-F]{16}");
    /** The identifier of a step without one of its own: Camel numbers all of a process. */
    private static final Pattern NODE = Pattern.compile("^([a-z]\\w+?)\\d+$");

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> names = Collections.synchronizedMap(new HashMap<>());
    private @Nullable DefaultCamelContext context;

    List<String> seen() {
        return List.copyOf(seen);
    }

    void watch(DefaultCamelContext watched) throws Exception {
        context = watched;
        bind("probe", exchange -> {
            sees("probe", exchange);
            exchange.getExchangeExtension().addOnCompletion(new Ends());
        });
        bind("failing", exchange -> {
            if (Objects.equals(exchange.getMessage().getBody(), "bad")) {
                exchange.getMessage().setBody("half done");
                throw new IllegalStateException("refused");
            }
        });
        bind("emptying", exchange -> listIn(exchange).clear());
        bind("mixing", exchange -> {
            listIn(exchange).add("text");
            listIn(exchange).add(null);
        });
        bind("replacing", exchange -> {
            Message own = new DefaultMessage(watched);
            own.setBody("own");
            exchange.setMessage(own);
        });
        watched.getRegistry().bind("tracking", new Tracking());
        watched.getRegistry().bind("throwing", (AggregationStrategy) (old, part) -> {
            if (old != null) {
                throw new IllegalStateException("not the second");
            }
            return part;
        });
        watched.getRegistry().bind("empty", (AggregationStrategy) (old, part) -> null);
        watched.getRegistry().bind("latest", new UseLatestAggregationStrategy());
        watched.getRegistry().bind("original", new UseOriginalAggregationStrategy(null, true));
        watched.getManagementStrategy().addEventNotifier(new Events());
        watched.getCamelContextExtension()
                .addInterceptStrategy((c, node, target, next) -> new DelegateAsyncProcessor(target) {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        seen.add("step " + node.getShortName() + " of " + name(exchange.getExchangeId()));
                        return super.process(exchange, callback);
                    }
                });
        watched.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:other").routeId("other").process("probe").setBody(simple("other ${body}"));
            }
        });
    }

    private void bind(String name, Processor processor) {
        Objects.requireNonNull(context).getRegistry().bind(name, processor);
    }

    /** The list of the batch that an exchange is or is part of. */
    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> listIn(Exchange exchange) {
        return (List<@Nullable Object>) Objects.requireNonNull(exchange.getProperty(LIST));
    }

    void sees(String where, Exchange exchange) {
        UnitOfWork work = exchange.getUnitOfWork();
        Exception failure = exchange.getException();
        seen.add(where + " " + name(exchange.getExchangeId())
                + "\n  body " + text(exchange.getMessage().getBody())
                + "\n  in " + exchange.getMessage().getClass().getSimpleName()
                + (exchange.getMessage().getExchange() == exchange ? "" : " of another exchange")
                + "\n  headers " + texts(exchange.getMessage().getHeaders())
                + "\n  properties " + texts(exchange.getAllProperties())
                + "\n  variables " + texts(exchange.getVariables())
                + "\n  failure " + text(failure) + " because of " + (failure == null ? "" : text(failure.getCause()))
                + "\n  route " + exchange.getFromRouteId() + " " + exchange.getFromEndpoint() + " "
                + exchange.getPattern()
                + "\n  flags " + flags(exchange)
                + "\n  work " + (work == null ? "none" : work.getRoute() + " original " + originalOf(work))
                + "\n  in flight "
                + Objects.requireNonNull(context).getInflightRepository().size()
                + " logged as "
                + texts(new TreeMap<>(Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of()))));
    }

    private String originalOf(UnitOfWork work) {
        Message original =
                Objects.requireNonNull(context).isAllowUseOriginalMessage() ? work.getOriginalInMessage() : null;
        return original == null ? "none" : text(original.getBody()) + texts(original.getHeaders());
    }

    private static List<Object> flags(Exchange exchange) {
        return List.of(
                exchange.isFailed(),
                exchange.isTransacted(),
                exchange.isRouteStop(),
                exchange.isRollbackOnly(),
                exchange.isRollbackOnlyLast(),
                exchange.getExchangeExtension().isRedeliveryExhausted(),
                exchange.getExchangeExtension().isErrorHandlerHandledSet(),
                exchange.getExchangeExtension().isErrorHandlerHandledSet()
                        && exchange.getExchangeExtension().isErrorHandlerHandled(),
                exchange.getExchangeExtension().isInterrupted(),
                exchange.getExchangeExtension().isStreamCacheDisabled(),
                exchange.getExchangeExtension().isNotifyEvent());
    }

    private String texts(@Nullable Map<String, ?> values) {
        Map<String, String> texts = new TreeMap<>();
        if (values != null) {
            values.forEach((key, value) -> texts.put(key, text(value)));
        }
        return texts.toString();
    }

    private String text(@Nullable Object value) {
        if (value instanceof Message message) {
            return "message " + text(message.getBody());
        }
        if (value instanceof MessageHistory history) {
            return name(history.getRouteId()) + "/" + history.getNode().getShortName();
        }
        if (value instanceof Records records) {
            return records.stream()
                    .map(record ->
                            text(record) + " of " + name(record.getExchange().getExchangeId()))
                    .toList()
                    .toString();
        }
        if (value instanceof Collection<?> all) {
            return all.stream().map(this::text).toList().toString();
        }
        if (value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Character) {
            return name(value.toString());
        }
        return value == null
                ? "nothing"
                : value instanceof Throwable
                        ? name(value.toString())
                        : value.getClass().getSimpleName();
    }

    /** A text with names for the numbers that Camel has given, in the order in which they are seen. */
    private String name(String text) {
        String named =
                ID.matcher(text).replaceAll(id -> names.computeIfAbsent(id.group(), unknown -> "e" + names.size()));
        return NODE.matcher(named).replaceFirst("$1");
    }

    /** Joins the bodies. */
    private final class Tracking implements AggregationStrategy {
        @Override
        public Exchange aggregate(@Nullable Exchange old, Exchange part) {
            sees("aggregated into " + (old == null ? "nothing" : name(old.getExchangeId())), part);
            if (old == null) {
                return part;
            }
            old.getMessage()
                    .setBody(
                            old.getMessage().getBody() + "+" + part.getMessage().getBody());
            return old;
        }

        @Override
        public void onCompletion(@Nullable Exchange result, Exchange batch) {
            sees("aggregated", batch);
        }
    }

    private final class Ends extends SynchronizationAdapter {
        @Override
        public void onComplete(Exchange exchange) {
            sees("complete", exchange);
        }

        @Override
        public void onFailure(Exchange exchange) {
            sees("failed", exchange);
        }
    }

    private final class Events extends SimpleEventNotifierSupport {
        @Override
        public void notify(CamelEvent event) {
            // Camel tells of an asynchronous start from the thread that has handed the exchange over, at any time.
            if (event instanceof CamelEvent.ExchangeEvent of
                    && !(event instanceof CamelEvent.ExchangeAsyncProcessingStartedEvent)) {
                sees("event " + event.getType(), of.getExchange());
            }
        }
    }
}
