package io.github.dtstream.camel;

import io.github.dtstream.camel.message.EventConverters;
import io.github.dtstream.camel.message.EventJq;
import io.github.dtstream.camel.message.RecordsAggregationStrategy;
import io.github.dtstream.camel.simple.CompiledSimple;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.Registry;

/** What routes that begin with {@code dt-stream} find in their context, whether it runs or only tries them. Stateless. */
public final class StreamBeans {
    /** The name of the strategy that gathers records. */
    static final String RECORDS = "records";

    /** The name of the language {@code simple} in the registry. */
    public static final String SIMPLE = "simple-language";

    private StreamBeans() {}

    /** The language {@code simple}, to be bound before a context starts: what it has resolved by then, it keeps. */
    public static Language simple() {
        return new CompiledSimple();
    }

    /**
     * Binds {@code records} and the languages jq and simple, where nothing of that name is bound yet, and makes the
     * conversions of events known.
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
