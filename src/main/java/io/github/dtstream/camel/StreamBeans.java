package io.github.dtstream.camel;

import io.github.dtstream.camel.message.EventConverters;
import io.github.dtstream.camel.message.EventJq;
import io.github.dtstream.camel.message.RecordsAggregationStrategy;
import io.github.dtstream.camel.simple.CompiledSimple;
import io.github.dtstream.cluster.RouterGroup;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.Registry;

/**
 * Binds the beans that routes with {@code dt-stream} use, in a running context or in one that only checks routes.
 * Stateless.
 */
public final class StreamBeans {
    /** The name of the aggregation strategy that gathers records. */
    static final String RECORDS = "records";

    /** The name of the language {@code simple} in the registry. */
    public static final String SIMPLE = "simple-language";

    private StreamBeans() {}

    /**
     * The language {@code simple}. Bind it before a context starts, as the context keeps the languages that it has
     * resolved.
     */
    public static Language simple() {
        return new CompiledSimple();
    }

    /** Lets a context that only checks routes know that the router is in a group. */
    public static void bindGroup(CamelContext context, String name) {
        context.getRegistry().bind("router-group", new RouterGroup(name, ""));
    }

    /**
     * Binds {@code records} and the languages jq and simple, unless those names are bound already, and registers the
     * conversions of events.
     */
    public static void bind(CamelContext context) {
        EventConverters.register(context.getTypeConverterRegistry());
        Registry registry = context.getRegistry();
        if (registry.lookupByName(RECORDS) == null) {
            registry.bind(RECORDS, new RecordsAggregationStrategy());
        }
        if (registry.lookupByName("jq-language") == null) {
            registry.bind("jq-language", new EventJq());
        }
        if (registry.lookupByName(SIMPLE) == null) {
            registry.bind(SIMPLE, simple());
        }
    }
}
