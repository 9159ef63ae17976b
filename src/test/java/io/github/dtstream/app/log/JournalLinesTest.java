package io.github.dtstream.app.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.dtstream.text.Masking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLinesTest {
    private final LoggerContext context = new LoggerContext();

    private String line(Level level, Throwable failure) {
        return ConsoleLog.journal(context, new Masking())
                .doLayout(new LoggingEvent("here", context.getLogger("io.x.Route"), level, "it", failure, null));
    }

    @Test
    void beginEachWithItsPriorityAndHaveNoTime() {
        assertThat(line(Level.ERROR, null)).isEqualTo("<3>ERROR Route - it\n");
        assertThat(line(Level.WARN, null)).isEqualTo("<4>WARN  Route - it\n");
        assertThat(line(Level.INFO, null)).isEqualTo("<6>INFO  Route - it\n");
        assertThat(line(Level.DEBUG, null)).isEqualTo("<7>DEBUG Route - it\n");
        assertThat(line(Level.ERROR, new IllegalStateException("bad")).lines())
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.startsWith("<3>"));
    }

    @Test
    void giveEachLineOfAFailureThePriorityOfAnError() {
        assertThat(JournalLines.of(Level.ERROR, "missing:\n  a\n")).isEqualTo("<3>missing:\n<3>  a\n");
        assertThat(ConsoleLog.failure("missing:\n  a")).isEqualToNormalizingNewlines("missing:\n  a\n");
    }

    @Test
    void areWantedOnlyWhereTheJournalIsTheOutput(@TempDir Path folder) throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("unix"));
        Path output = Files.createFile(folder.resolve("output"));
        String id = Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino");

        assertThat(JournalLines.areWanted(Map.of("JOURNAL_STREAM", id), output)).isTrue();
        assertThat(JournalLines.areWanted(Map.of("JOURNAL_STREAM", id + "1"), output))
                .isFalse();
        assertThat(JournalLines.areWanted(Map.of("JOURNAL_STREAM", id), folder.resolve("none")))
                .isFalse();
        assertThat(JournalLines.areWanted(Map.of(), output)).isFalse();
    }
}
