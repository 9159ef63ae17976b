package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.LogCapture;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.alarm.change.EditEffect;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarm rules next to routes: the reloader passes on valid ones, and reports errors. */
class AlarmRulesReloadTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String WARM = "alarms:\n  - {alarm: warm, value: temperature, raise: {above: '{{limit}}'}}\n";

    @TempDir
    Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-05-29T10:00:00Z"));
    private final Map<String, String> properties = new ConcurrentHashMap<>(Map.of("limit", "8"));
    private final List<ReloadStatus> changes = new CopyOnWriteArrayList<>();
    private final Host host = new Host();
    private Path routes;
    private RouteReloader reloader;

    /** Remembers the rules that it gets, and can be without a disk. */
    private static final class Host implements AlarmRulesHost {
        private final List<List<AlarmRule>> given = new CopyOnWriteArrayList<>();
        private volatile boolean diskIsFull;

        @Override
        public EditEffect apply(List<AlarmRule> rules) throws IOException {
            if (diskIsFull) {
                throw new IOException("No space left on device");
            }
            given.add(rules);
            List<AlarmKey> raised = given.size() == 1
                    ? List.of()
                    : List.of(new AlarmKey("warm", "d1", Subject.VALUE), new AlarmKey("warm", "d2", Subject.VALUE));
            return new EditEffect(raised, List.of(), List.of(), 0);
        }

        private List<AlarmRule> newest() {
            return given.get(given.size() - 1);
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("a.camel.yaml"), "- route: {id: a, from: {uri: 'timer:a', steps: [{log: a}]}}");
        write("alarms.yaml", WARM);
    }

    @AfterEach
    void stop() throws Exception {
        if (reloader != null) {
            reloader.close();
        }
        context.close();
    }

    private void write(String name, String text) throws IOException {
        Saved.at(routes.resolve(name), text);
    }

    private void load() throws Exception {
        load(ReloadSettings.of(routes, directory.resolve("application.properties"), directory.resolve("data")));
    }

    private void load(ReloadSettings settings) throws Exception {
        reloader = new RouteReloader(
                context,
                settings,
                new RouteValidator(scratch -> {}),
                RouteGate.OPEN,
                host,
                () -> Map.copyOf(properties),
                clock,
                Supervisor.system());
        reloader.addListener(changes::add);
        reloader.loadInitial(false);
        reloader.started();
        reloader.start();
    }

    private ReloadStatus awaitChange(Change change) {
        await().atMost(PATIENCE).until(() -> changes.stream().anyMatch(status -> status.change() == change));
        return changes.get(changes.size() - 1);
    }

    @Test
    void areHandedOverAtTheStartAndNamed() throws Exception {
        load();

        assertThat(host.newest()).extracting(AlarmRule::name).containsExactly("warm");
        assertThat(reloader.status().summary()).isEqualTo("1 route is loaded: a; alarm rules in force: warm");
        assertThat(directory.resolve("data/routes-last-good/alarms.yaml")).hasContent(WARM);
    }

    @Test
    void keepTheRouterFromStartingWhereTheyAreWrong() throws IOException {
        write("alarms.yaml", "alarms: [{alarm: warm, no-dat: 1h}]");

        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining(
                        "alarms.yaml:1:24: error: unknown key 'no-dat' of a rule; did you mean 'no-data'?");
        assertThat(host.given).isEmpty();
    }

    @Test
    void sayWhatAnEditChanges() throws Exception {
        // both files are one edit, however slowly they are written
        Duration longEnough = Duration.ofSeconds(3);
        load(new ReloadSettings(
                routes, null, directory.resolve("data"), PATIENCE, longEnough, PATIENCE, 3, Duration.ofSeconds(10)));

        write("alarms.yaml", WARM.replace("warm", "hot"));
        write("more.alarms.yaml", "alarms: [{alarm: silent, no-data: 1h}]");
        awaitChange(Change.APPLIED);
        await().atMost(PATIENCE).until(() -> host.newest().size() == 2);

        assertThat(changes.get(1).summary())
                .isEqualTo("alarm rules added: hot, silent, removed: warm; 2 devices are raised at once by this edit");
    }

    @Test
    void areAsTheyWereAfterAnEditThatChangesNoMeaning() throws Exception {
        load();

        write("alarms.yaml", "# a comment\n" + WARM);
        Path kept = directory.resolve("data/routes-last-good/alarms.yaml");
        await().atMost(PATIENCE).until(() -> Files.readString(kept).startsWith("# a comment"));

        assertThat(host.given).hasSize(1);
    }

    @Test
    void followASetting() throws Exception {
        load();

        properties.put("limit", "9");
        write("../application.properties", "limit=9");
        awaitChange(Change.APPLIED);

        assertThat(host.newest().get(0).raise().orElseThrow().toString()).contains("9.0");
    }

    @Test
    void stayInForceWhileAnEditIsWrongAndSayWhereAndHowItDiffers() throws Exception {
        load();
        try (LogCapture log = LogCapture.of(RouteReloader.class)) {
            write("alarms.yaml", WARM.replace("above", "abov"));
            ReloadStatus refused = awaitChange(Change.REFUSED);

            assertThat(refused.refused()).containsExactly("alarms.yaml");
            assertThat(refused.findings())
                    .extracting(Finding::toString)
                    .containsExactly(routes.resolve("alarms.yaml")
                            + ":2:47: error: unknown key 'abov' of raise; did you mean 'above'?");
            assertThat(String.join("\n", log.messages())).contains("alarms.yaml differs from what runs:");
        }
        assertThat(host.given).hasSize(1);

        write("alarms.yaml", WARM);
        awaitChange(Change.MENDED);

        assertThat(reloader.status().isDegraded()).isFalse();
        assertThat(host.given).hasSize(1);
    }

    @Test
    void areHandedOverAgainUntilTheDiskTakesThem() throws Exception {
        load();
        host.diskIsFull = true;

        write("alarms.yaml", WARM.replace("warm", "hot"));
        ReloadStatus refused = awaitChange(Change.REFUSED);
        assertThat(refused.findings().toString())
                .contains("cannot be put in force: java.io.IOException: No space left");
        assertThat(directory.resolve("data/routes-last-good/alarms.yaml")).hasContent(WARM);

        host.diskIsFull = false;
        clock.advance(Duration.ofMinutes(1));
        ReloadStatus mended = awaitChange(Change.MENDED);

        assertThat(mended.isDegraded()).isFalse();
        assertThat(host.newest()).extracting(AlarmRule::name).containsExactly("hot");
    }
}
