package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.time.MovableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadReporterTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final Finding ERROR = new Finding("routes/a.camel.yaml", 1, 2, Severity.ERROR, "wrong", "mend it");
    private static final Finding WARNING = new Finding("routes/b.camel.yaml", 3, 4, Severity.WARNING, "odd", null);

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(NOON);
    private LastGood lastGood;
    private ReloadReporter reporter;

    @BeforeEach
    void makeReporter() {
        lastGood = new LastGood(folder, new SystemStorage());
        reporter = new ReloadReporter(clock, lastGood);
    }

    @Test
    void saysBeforeTheStartThatNothingIsLoaded() {
        assertThat(reporter.status())
                .isEqualTo(new ReloadStatus(
                        NOON, Change.LOADED, "no routes are loaded yet", List.of(), Set.of(), List.of(), Set.of()));
        assertThat(reporter.status().isDegraded()).isFalse();
    }

    @Test
    void tellsEveryListenerAndTheLogAlsoWhereOneFails() {
        List<ReloadStatus> told = new ArrayList<>();
        reporter.addListener(status -> {
            throw new IllegalStateException("a listener that fails, by intent");
        });
        reporter.addListener(told::add);
        clock.advance(Duration.ofMinutes(1));
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            reporter.publish(
                    Change.REFUSED, "not in effect", List.of(ERROR), Set.of("a.camel.yaml"), List.of(), Set.of("a"));

            assertThat(log.messages()).containsExactly("Routes: not in effect", "A listener to reloads failed");
        }

        assertThat(told).containsExactly(reporter.status());
        assertThat(reporter.status())
                .isEqualTo(new ReloadStatus(
                        NOON.plusSeconds(60),
                        Change.REFUSED,
                        "not in effect",
                        List.of(ERROR),
                        Set.of("a.camel.yaml"),
                        List.of(),
                        Set.of("a")));
        assertThat(reporter.status().isDegraded()).isTrue();
    }

    @Test
    void logsErrorsAsErrorsAndWarningsAsWarnings() {
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            reporter.log(List.of(ERROR, WARNING));

            assertThat(log.events())
                    .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                    .containsExactly("ERROR " + ERROR, "WARN " + WARNING);
        }
    }

    @Test
    void showsInWhatARefusedFileDiffersFromWhatRuns() {
        RouteFile a = RouteFile.of(Path.of("routes/a.camel.yaml"), "one\ntwo\n");
        RouteFile b = RouteFile.of(Path.of("routes/b.camel.yaml"), "one\ntwo\n");
        lastGood.keep(a);
        lastGood.keep(b);
        RouteFiles files =
                RouteFiles.of(Path.of("routes"), List.of(a.withText("one\nthree\n"), b.withText("another\n")));
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            reporter.logRefused(List.of(ERROR, WARNING), files);

            assertThat(log.messages())
                    .contains("routes/a.camel.yaml differs from what runs:")
                    .anyMatch(line -> line.startsWith("-") && line.contains("two"))
                    .anyMatch(line -> line.startsWith("+") && line.contains("three"))
                    .noneMatch(line -> line.contains("another"));
        }
    }

    @Test
    void showsNoDifferenceOfAFileThatIsAsItRunsOrNeverRan() {
        RouteFile a = RouteFile.of(Path.of("routes/a.camel.yaml"), "one\n");
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            reporter.logRefused(List.of(ERROR), RouteFiles.of(Path.of("routes"), List.of(a)));
            lastGood.keep(a);
            reporter.logRefused(List.of(ERROR), RouteFiles.of(Path.of("routes"), List.of(a)));

            assertThat(log.messages()).containsExactly(ERROR.toString(), ERROR.toString());
        }
    }
}
