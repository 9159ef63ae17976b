package io.github.dtstream.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.LayoutBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Lines for systemd's journal: each begins with its priority, which {@code journalctl -p} selects by. The journal has the time
 * itself. Thread-safe.
 */
final class JournalLines extends LayoutBase<ILoggingEvent> {
    private final Layout<ILoggingEvent> lines;

    JournalLines(Layout<ILoggingEvent> lines) {
        this.lines = lines;
    }

    /**
     * Whether standard output goes to the journal and nowhere else: a child of a service has its variables, too.
     *
     * @param environment the process's
     * @param output what names standard output in the file system
     */
    static boolean areWanted(Map<String, String> environment, Path output) {
        String stream = environment.get("JOURNAL_STREAM");
        if (stream == null) {
            return false;
        }
        try {
            return stream.equals(Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino"));
        } catch (IOException | RuntimeException e) {
            // not Linux, or /proc is not there
            return false;
        }
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String priority = "<" + priority(event.getLevel()) + ">";
        return priority + lines.doLayout(event).stripTrailing().replace("\n", "\n" + priority) + "\n";
    }

    /** As syslog has them. */
    private static int priority(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return 3;
        }
        if (level.isGreaterOrEqual(Level.WARN)) {
            return 4;
        }
        return level.isGreaterOrEqual(Level.INFO) ? 6 : 7;
    }
}
