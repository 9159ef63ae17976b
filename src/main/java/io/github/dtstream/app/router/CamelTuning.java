package io.github.dtstream.app.router;

import java.util.Properties;

/** How Camel itself is set up; each can be overridden in {@code application.properties}. */
final class CamelTuning {
    private CamelTuning() {}

    static void apply(Properties properties) {
        // JMX beans for each processor cost start-up time and a little on each exchange; the HTTP server serves
        // instead.
        properties.putIfAbsent("camel.main.jmxEnabled", "false");
        // A list of every step that an exchange took, kept for each part of each batch.
        properties.putIfAbsent("camel.main.messageHistory", "false");
        // Bodies are events and lists of records, never streams that can be read once.
        properties.putIfAbsent("camel.main.streamCachingEnabled", "false");
        properties.putIfAbsent("camel.main.shutdownTimeout", "10");
        // The settings have what the command line says already.
        properties.putIfAbsent("camel.main.autoConfigurationSystemPropertiesEnabled", "false");
        properties.putIfAbsent("camel.main.startupSummaryLevel", "oneline");
        // The log says what failed; the events themselves are in the journal and the reject file.
        properties.putIfAbsent("camel.main.shutdownLogInflightExchangesOnTimeout", "false");
    }
}
