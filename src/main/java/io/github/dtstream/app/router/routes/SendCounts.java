package io.github.dtstream.app.router.routes;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that each {@code to}, {@code toD} and {@code wireTap} gets. Camel itself counts them only with
 * JMX. Registered before routes are loaded. Thread-safe.
 */
final class SendCounts implements InterceptStrategy {
    /** By Camel's processor; weak, so that an entry goes with its route. */
    private final Map<Processor, Sent> all = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * The count of one step.
     *
     * @param step its name in the YAML DSL
     * @param messages since the route was started; a batch that is sent as a whole counts once
     */
    record Sent(String step, LongAdder messages) {}

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, @Nullable Processor next) {
        if (!(definition instanceof SendDefinition || definition instanceof ToDynamicDefinition)) {
            return target;
        }
        LongAdder messages = new LongAdder();
        all.put(next == null ? target : next, new Sent(definition.getShortName(), messages));
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                messages.increment();
                return super.process(exchange, callback);
            }
        };
    }

    /** The count of a processor; empty if it does not send. */
    Optional<Sent> of(Object processor) {
        return Optional.ofNullable(all.get(processor));
    }
}
