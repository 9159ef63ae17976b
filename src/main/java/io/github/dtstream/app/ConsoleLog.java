package io.github.dtstream.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;

/**
 * Sets the log up: short lines on the console, INFO and above, libraries from WARN. Written in code because reading an
 * XML file costs a third of a second at start.
 *
 * <p>The setting {@code dt.log-level} is the level of what is not a library: TRACE, DEBUG, INFO, WARN, ERROR or OFF. It is
 * read once, at start. A file named by {@code -Dlogback.configurationFile}, or a {@code logback-test.xml}
 * on the class path, takes the place of all this.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class ConsoleLog extends ContextAwareBase implements Configurator {

    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n%ex{12}";

    /** The level of libraries; a route's {@code log:} steps have loggers of their own, named after the route. */
    private static final Level LIBRARY_LEVEL = Level.WARN;

    private static final List<String> LIBRARIES =
            List.of("org.apache.camel", "org.apache.hc", "com.hivemq", "com.jayway.jsonpath", "io.netty");

    /** Prints a page for a start that fails, which ends the process with a message of its own. */
    private static final String TELLS_TWICE = "org.apache.camel.impl.engine.AbstractCamelContext";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null
                || ConsoleLog.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level());
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context));
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(LIBRARY_LEVEL));
        context.getLogger(TELLS_TWICE).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level() {
        try {
            return Level.toLevel(Settings.here().get(Setting.LOG_LEVEL), Level.INFO);
        } catch (ConfigurationException e) {
            // the command that reads the settings for its own use says so
            return Level.INFO;
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
