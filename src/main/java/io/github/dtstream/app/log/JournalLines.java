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
 * The layout for systemd's journal: each line begins with its priority, by which {@code journalctl -p} selects. There
 * is no time, which the journal records itself. Thread-safe.
 */
final class JournalLines extends LayoutBase<ILoggingEvent> {
    private final Layout<ILoggingEvent> lines;

    JournalLines(Layout<ILoggingEvent> lines) {
        this.lines = lines;
    }

    /**
     * Whether an output goes to the journal. The variable alone does not prove it, as child processes of a
     * service inherit it.
     *
     * @param environment the environment variables of the process
     * @param output the path of that output in the file system
     */
    static boolean areWanted(Map<String, String> environment, Path output) {
        String stream = environment.get("JOURNAL_STREAM");
        if (stream == null) {
            return false;
        }
        try {
            return stream.equals(Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino"));
        } catch (IOException | RuntimeException e) {
            // This is not Linux, or there is no /proc.
            return false;
        }
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return of(event.getLevel(), lines.doLayout(event));
    }

    /** Puts the priority of a level before each line of a text. */
    static String of(Level level, String text) {
        String priority = "<" + priority(level) + ">";
        return priority + text.stripTrailing().replace("\n", "\n" + priority) + "\n";
    }

    /** The priority of a level in syslog's numbers. */
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
