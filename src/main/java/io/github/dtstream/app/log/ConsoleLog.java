package io.github.dtstream.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.SecretValues;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.text.Masking;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configures the log: short lines on the console, with date, time and offset from UTC; of the router from INFO, of
 * libraries from WARN. It is code because reading an XML file would cost a third of a second at start.
 *
 * <p>The setting {@code dt.log-level} is the level of everything that is not a library: TRACE, DEBUG, INFO, WARN, ERROR
 * or OFF. {@code dt.log-format} can make each line a JSON object. Both are read once, at start. Lines that go to
 * systemd's journal have a priority in place of the time. In every line secrets are masked and control characters in
 * data are shown as escapes. A file that {@code -Dlogback.configurationFile} names, or a {@code logback-test.xml} on
 * the class path, replaces all this.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class ConsoleLog extends ContextAwareBase implements Configurator {

    private static final String TIME = "%d{yyyy-MM-dd HH:mm:ss.SSSXXX} ";
    private static final String PATTERN = "%-5level %logger{0} - %safe%n%trace{12}";

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private static final String MASKING = Masking.class.getName();

    /** The level of libraries; a route's {@code log:} steps have loggers of their own, named after the route. */
    private static final Level LIBRARY_LEVEL = Level.WARN;
    /** This logger warns with a stack trace of a client that connects while the server closes. */
    private static final String TELLS_WHILE_CLOSING = "io.netty.bootstrap.ServerBootstrap";

    private static final String KAFKA = "org.apache.kafka";

    private static final List<String> LIBRARIES =
            List.of("org.apache.camel", "org.apache.hc", "com.hivemq", "com.jayway.jsonpath", "io.netty");

    /**
     * This logger prints a page when a start fails; the process then ends with a message of its own, which suffices.
     */
    private static final String TELLS_TWICE = "org.apache.camel.impl.engine.AbstractCamelContext";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null
                || ConsoleLog.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level());
        Masking masking = new Masking();
        hideSettings(masking);
        context.putObject(MASKING, masking);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context, masking));
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(LIBRARY_LEVEL));
        if (setting(Setting.JOURNAL).equals("kafka")) {
            // Each of its clients tells each second that a broker is away, which the router tells once.
            context.getLogger(KAFKA).setLevel(Level.ERROR);
        }
        context.getLogger(TELLS_TWICE).setLevel(Level.OFF);
        context.getLogger(TELLS_WHILE_CLOSING).setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level() {
        return Level.toLevel(setting(Setting.LOG_LEVEL), Level.INFO);
    }

    private static String setting(Setting setting) {
        try {
            return Settings.here().get(setting);
        } catch (ConfigurationException e) {
            // The command reads the settings again and reports the failure.
            return "";
        }
    }

    /** The layout of the log's lines: text or JSON. */
    static Layout<ILoggingEvent> layout(String format, LoggerContext context, Masking masking) {
        return isJson(format) ? json(context, masking) : layout(context, masking);
    }

    /** The layout for systemd's journal: lines without the time, which the journal records itself. */
    static Layout<ILoggingEvent> journal(LoggerContext context, Masking masking) {
        JournalLines lines = new JournalLines(lines(PATTERN, context, masking));
        lines.setContext(context);
        lines.start();
        return lines;
    }

    private static boolean isJson(String format) {
        return format.equalsIgnoreCase("json");
    }

    private static Layout<ILoggingEvent> json(LoggerContext context, Masking masking) {
        JsonLines lines = new JsonLines(masking);
        lines.setContext(context);
        lines.start();
        return lines;
    }

    /** The layout of text lines. Each logged text is put on one line, and secrets in it are masked. */
    static PatternLayout layout(LoggerContext context, Masking masking) {
        return lines(TIME + PATTERN, context, masking);
    }

    private static PatternLayout lines(String pattern, LoggerContext context, Masking masking) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("safe", () -> new SafeMessage(masking));
        layout.getInstanceConverterMap().put("trace", () -> new SafeTrace(masking));
        layout.setPattern(pattern);
        layout.start();
        return layout;
    }

    /**
     * Returns the text of a failure as standard error shall have it: secrets are masked, and each line for systemd's
     * journal has the priority of an error.
     */
    public static String failure(String text) {
        String masked = masking().mask(text.stripTrailing() + System.lineSeparator());
        return JournalLines.areWanted(System.getenv(), STANDARD_ERROR) ? JournalLines.of(Level.ERROR, masked) : masked;
    }

    /**
     * The masking of the log, to which further secrets can be added; a new one if the log was configured by something
     * else.
     */
    public static Masking masking() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                        && context.getObject(MASKING) instanceof Masking masking
                ? masking
                : new Masking();
    }

    private static void hideSettings(Masking masking) {
        SecretValues.hide(System.getenv(), masking);
        Properties system = System.getProperties();
        SecretValues.hide(
                system.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, system::getProperty)),
                masking);
        try {
            Settings.here().hideSecrets(masking);
        } catch (ConfigurationException e) {
            // The command reads the settings again and reports the failure.
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Masking masking) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        String format = setting(Setting.LOG_FORMAT);
        boolean toJournal = !isJson(format) && JournalLines.areWanted(System.getenv(), STANDARD_OUTPUT);
        encoder.setLayout(toJournal ? journal(context, masking) : layout(format, context, masking));
        if (isJson(format)) {
            // RFC 8259 requires UTF-8, whatever the terminal's encoding is.
            encoder.setCharset(StandardCharsets.UTF_8);
        }
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
