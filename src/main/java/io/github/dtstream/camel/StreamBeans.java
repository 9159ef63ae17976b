package io.github.dtstream.camel;

import io.github.dtstream.alarm.Alarms;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** What routes that begin with {@code dt-stream} find in their context, whether it runs or only tries them. Stateless. */
public final class StreamBeans {
    /** The name of the strategy that gathers records. */
    static final String RECORDS = "records";

    private StreamBeans() {}

    /**
     * Binds {@code records}, {@code alarms} and the language jq, where nothing of that name is bound yet, and makes the
     * conversions of events known.
     */
    public static void bind(CamelContext context, Alarms alarms) {
        EventConverters.register(context.getTypeConverterRegistry());
        Registry registry = context.getRegistry();
        if (registry.lookupByName(RECORDS) == null) {
            registry.bind(RECORDS, new RecordsAggregationStrategy());
        }
        if (registry.lookupByName("alarms") == null) {
            registry.bind("alarms", alarms);
        }
        if (registry.lookupByName("jq-language") == null) {
            registry.bind("jq-language", new EventJq());
        }
    }
}
