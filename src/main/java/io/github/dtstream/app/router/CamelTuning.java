package io.github.dtstream.app.router;

import java.util.Properties;

/** The router's defaults for Camel's own settings; {@code application.properties} overrides each of them. */
final class CamelTuning {
    private CamelTuning() {}

    static void apply(Properties properties) {
        // JMX beans for each processor would cost start-up time and a little time per exchange. The HTTP server shows
        // the same.
        properties.putIfAbsent("camel.main.jmxEnabled", "false");
        // The history would keep a list of the steps of each part of each batch.
        properties.putIfAbsent("camel.main.messageHistory", "false");
        // Bodies are events and lists of records, never streams that can be read only once.
        properties.putIfAbsent("camel.main.streamCachingEnabled", "false");
        properties.putIfAbsent("camel.main.shutdownTimeout", "10");
        // The settings contain the command line's properties already.
        properties.putIfAbsent("camel.main.autoConfigurationSystemPropertiesEnabled", "false");
        properties.putIfAbsent("camel.main.startupSummaryLevel", "oneline");
        // The log reports the failure; the events themselves are in the journal and the reject file.
        properties.putIfAbsent("camel.main.shutdownLogInflightExchangesOnTimeout", "false");
    }
}
