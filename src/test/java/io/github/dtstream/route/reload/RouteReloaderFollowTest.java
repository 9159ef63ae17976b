package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadReport;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the reloader follows the files, turn by turn: the waits pass at once, and during each a file is edited. */
class RouteReloaderFollowTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofMillis(250);
    private static final Edit NONE = () -> {};

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T12:00:00Z"));
    private final Supervisor supervisor = new Supervisor(clock, duration -> {});
    private final List<ReloadStatus> told = new ArrayList<>();
    private Path routes;
    private RouteReloader reloader;

    /** What happens during a wait. */
    private interface Edit {
        void make() throws IOException;
    }

    /** Each wait makes one edit; after the last one the thread is told to end. */
    private static final class Edits implements Sleeper {
        private final MovableClock clock;
        private final Deque<Edit> edits;
        private final List<Duration> waits = new ArrayList<>();

        private Edits(MovableClock clock, List<Edit> edits) {
            this.clock = clock;
            this.edits = new ArrayDeque<>(edits);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            waits.add(duration);
            clock.advance(duration);
            if (edits.isEmpty()) {
                throw new InterruptedException("the edits are over");
            }
            try {
                edits.remove().make();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        write("a", "one");
        reloader = new RouteReloader(
                context,
                new ReloadSettings(routes, null, folder.resolve("last-good"), POLL, SETTLE, PATIENCE, 3, PATIENCE),
                new RouteValidator(scratch -> {}),
                RouteGate.OPEN,
                AlarmRulesHost.NONE,
                Map::of,
                clock,
                supervisor);
        reloader.addListener(told::add);
        context.start();
    }

    @AfterEach
    void close() throws IOException {
        reloader.close();
        context.close();
    }

    private void writeStep(String id, String step) throws IOException {
        Files.writeString(
                routes.resolve(id + ".camel.yaml"),
                "- route:\n    id: " + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n        - " + step
                        + "\n");
    }

    private void write(String id, String word) throws IOException {
        writeStep(id, "setBody: {constant: \"" + word + "\"}");
    }

    /** Follows the files while they are edited; returns the waits. */
    private List<Duration> follow(Edit... edits) {
        Edits script = new Edits(clock, List.of(edits));
        try (RouteWatch watch = new RouteWatch(routes, null, null, script)) {
            assertThatThrownBy(() -> reloader.follow(watch)).isInstanceOf(InterruptedException.class);
        }
        return script.waits;
    }

    private String ask(String id) {
        return context.createFluentProducerTemplate().to("direct:" + id).request(String.class);
    }

    @Test
    void takesWhatWasSavedBeforeTheWatchBegan() throws Exception {
        reloader.loadInitial(false);
        write("b", "saved meanwhile");

        assertThat(follow(NONE)).as("it settles, then polls").containsExactly(SETTLE, POLL);

        assertThat(reloader.status().summary()).isEqualTo("added: b");
        assertThat(ask("b")).isEqualTo("saved meanwhile");
    }

    @Test
    void takesABurstOfSavesForOneChange() throws Exception {
        reloader.loadInitial(false);

        List<Duration> waits =
                follow(NONE, NONE, () -> write("a", "half"), () -> write("a", "complete"), () -> write("b", "b"), NONE);

        assertThat(waits).containsExactly(SETTLE, POLL, POLL, SETTLE, SETTLE, SETTLE, POLL);
        assertThat(told).extracting(ReloadStatus::change).containsExactly(Change.LOADED, Change.APPLIED);
        assertThat(ask("a")).isEqualTo("complete");
        assertThat(ask("b")).isEqualTo("b");
    }

    @Test
    void readsAFolderThatNeverRestsOnceThePollIntervalIsOver() throws Exception {
        reloader.loadInitial(false);

        List<Duration> waits = follow(
                NONE,
                () -> write("a", "1"),
                () -> write("a", "22"),
                () -> write("a", "333"),
                () -> write("a", "4444"),
                () -> write("a", "55555"));

        assertThat(waits)
                .as("four times to settle make a second")
                .containsExactly(SETTLE, POLL, SETTLE, SETTLE, SETTLE, SETTLE, POLL);
        assertThat(ask("a")).isEqualTo("55555");
    }

    @Test
    void looksMoreOftenWhileADefinitionIsOnTrial() throws Exception {
        reloader.loadInitial(false);
        assertThat(ask("a")).isEqualTo("one");

        List<Duration> waits = follow(
                NONE,
                () -> write("a", "two"),
                NONE,
                () -> assertThat(ask("a")).isEqualTo("two"),
                () -> clock.advance(PATIENCE));

        assertThat(waits).containsExactly(SETTLE, POLL, SETTLE, SETTLE, SETTLE, POLL);
        assertThat(reloader.status().isDegraded()).isFalse();
    }

    @Test
    void takesBackADefinitionThatFailsOnTrial() throws Exception {
        reloader.loadInitial(false);
        assertThat(ask("a")).isEqualTo("one");

        List<Duration> waits = follow(
                NONE,
                () -> writeStep("a", "throwException: {exceptionType: java.lang.IllegalStateException, message: no}"),
                NONE,
                () -> assertThatThrownBy(() -> ask("a")).isInstanceOf(CamelExecutionException.class));

        assertThat(waits).containsExactly(SETTLE, POLL, SETTLE, SETTLE, POLL);
        assertThat(told)
                .extracting(ReloadStatus::change)
                .containsExactly(Change.LOADED, Change.APPLIED, Change.ROLLED_BACK);
        assertThat(ask("a")).isEqualTo("one");
    }

    @Test
    void checksRoutesLaterThatItLoadedWithoutTheCheck() throws Exception {
        // Only the check knows that there is no such bean.
        Path file = routes.resolve("a.camel.yaml");
        Files.writeString(file, Files.readString(file) + "        - process: {ref: nobody}\n");
        new LastGood(folder.resolve("last-good"))
                .keep(Snapshot.read(routes, Map::of)
                        .files()
                        .named("a.camel.yaml")
                        .orElseThrow());
        context.stop();
        reloader.loadKnown();
        assertThat(reloader.status().isDegraded()).isFalse();

        follow(NONE);

        assertThat(reloader.status().findings())
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains("nobody");
    }

    @Test
    void endsWhenItsThreadIsInterruptedWhileItWorks() throws Exception {
        reloader.loadInitial(false);
        Edits script = new Edits(clock, List.of(NONE, Thread.currentThread()::interrupt, NONE));
        try (RouteWatch watch = new RouteWatch(routes, null, null, script)) {
            reloader.follow(watch);
        }

        assertThat(Thread.interrupted()).isTrue();
        assertThat(script.waits).containsExactly(SETTLE, POLL);
    }

    @Test
    void closingWaitsForTheThread() throws Exception {
        reloader.loadInitial(false);
        reloader.start();
        await().atMost(PATIENCE)
                .until(
                        () -> supervisor.reports().stream()
                                .map(ThreadReport::name)
                                .toList(),
                        List.of("route-reloader")::equals);

        reloader.close();

        assertThat(supervisor.reports()).isEmpty();
        assertThat(context.getRoutes())
                .as("the routes go on")
                .extracting(Route::getId)
                .containsExactly("a");
    }

    @Test
    void closingOnAnInterruptedThreadLeavesItInterrupted() throws Exception {
        reloader.loadInitial(false);
        reloader.start();
        Thread.currentThread().interrupt();

        reloader.close();

        assertThat(Thread.interrupted()).isTrue();
    }
}
