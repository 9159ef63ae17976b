package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.reload.RouteReloader.FileState;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The work of a reloader before its thread begins, and its messages about files. */
class RouteReloaderStartTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final RouteValidator VALIDATOR = new RouteValidator(scratch -> {});

    @TempDir
    private Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private Path routes;
    private ReloadSettings settings;
    private RouteReloader reloader;

    @BeforeEach
    void open() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        settings = ReloadSettings.of(routes, null, folder.resolve("data"));
        write("a", route("a", "one"));
        reloader = new RouteReloader(
                context,
                settings,
                VALIDATOR,
                RouteGate.OPEN,
                AlarmRulesHost.NONE,
                Map::of,
                Clock.systemUTC(),
                Supervisor.system());
    }

    @AfterEach
    void stop() throws IOException {
        context.close();
    }

    private static String route(String id, String word) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n        - log: "
                + word + "\n";
    }

    private void write(String name, String text) throws IOException {
        Saved.at(routes.resolve(name + ".camel.yaml"), text);
    }

    private LastGood lastGood() {
        return new LastGood(settings.lastGoodDirectory());
    }

    /** Keeps a file's text as if it had run. */
    private void keepAsGood(String name) throws IOException {
        lastGood()
                .keep(Snapshot.read(routes, Map::of)
                        .files()
                        .named(name + ".camel.yaml")
                        .orElseThrow());
    }

    /** A component whose consumers do not start. */
    private static final class Unstartable extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException("nothing is sent");
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() throws Exception {
                            throw new IOException("no such host");
                        }
                    };
                }
            };
        }
    }

    @Test
    void filesAreKnownOnceTheyRanAsTheyAre() throws Exception {
        assertThat(RouteReloader.isKnown(settings)).isFalse();
        reloader.loadKnown();
        assertThat(reloader.status().summary()).isEqualTo("1 route is loaded: a");
        assertThat(RouteReloader.isKnown(settings)).as("nothing runs yet").isFalse();
        context.start();
        reloader.started();
        assertThat(RouteReloader.isKnown(settings)).isTrue();
        write("a", route("a", "two"));
        assertThat(RouteReloader.isKnown(settings)).isFalse();
    }

    @Test
    void textThatDoesNotStartTakesNotThePlaceOfTheOneThatRan() throws Exception {
        keepAsGood("a");
        write("a", route("a", "two").replace("direct:a", "timer:a"));
        context.addComponent("timer", new Unstartable());
        reloader.loadInitial(false);
        assertThatThrownBy(context::start).hasRootCauseMessage("no such host");

        assertThat(lastGood().text("a.camel.yaml")).hasValue(route("a", "one"));
        assertThat(RouteReloader.isKnown(settings)).isFalse();
    }

    @Test
    void routesLoadedIntoAStartedContextRunAtOnce() throws Exception {
        context.start();
        reloader.loadInitial(false);
        assertThat(lastGood().text("a.camel.yaml")).hasValue(route("a", "one"));
    }

    @Test
    void knownFilesAreLoadedWithoutTheCheck() throws Exception {
        // Only the check knows that there is no such bean.
        write("a", route("a", "one") + "        - process: {ref: nobody}\n");
        keepAsGood("a");
        reloader.loadKnown();
        assertThat(reloader.status().isDegraded()).isFalse();
        assertThatThrownBy(reloader::requireValid)
                .isInstanceOf(InvalidRoutesException.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void filesThatChangedMeanwhileAreChecked() throws Exception {
        write("a", "broken");
        assertThatThrownBy(reloader::loadKnown).isInstanceOf(InvalidRoutesException.class);
        assertThatThrownBy(() -> reloader.loadInitial(false)).isInstanceOf(InvalidRoutesException.class);
        write("a", route("a", "two"));
        reloader.requireValid();
        reloader.loadInitial(false);
        context.start();
        assertThat(context.getRoutes()).extracting(Route::getId).containsExactly("a");
    }

    @Test
    void tellsOfEachFileWhatRunsAndInWhatItDiffers() throws Exception {
        write("b", route("b", "one"));
        reloader.loadInitial(false);
        context.start();
        reloader.started();
        write("b", "broken");
        write("c", "broken as well");
        DefaultCamelContext other = new DefaultCamelContext();
        RouteReloader lenient = new RouteReloader(
                other,
                settings,
                VALIDATOR,
                RouteGate.OPEN,
                AlarmRulesHost.NONE,
                Map::of,
                Clock.systemUTC(),
                Supervisor.system());
        lenient.loadInitial(true);
        assertThat(lenient.files())
                .extracting(FileState::name, file -> file.now().text(), FileState::running)
                .containsExactly(
                        tuple("a.camel.yaml", route("a", "one"), route("a", "one")),
                        tuple("b.camel.yaml", "broken", route("b", "one")),
                        tuple("c.camel.yaml", "broken as well", null));
        assertThat(lenient.files())
                .extracting(FileState::diff)
                .satisfiesExactly(
                        a -> assertThat(a).isEmpty(),
                        b -> assertThat(b).contains("+ broken", "-     id: b"),
                        c -> assertThat(c).isEmpty());
        other.close();
    }

    @Test
    void refusedFileThatIsAsItRunsDiffersInNothing() throws Exception {
        write("b", "broken");
        keepAsGood("b");
        reloader.loadInitial(true);
        assertThat(reloader.files()).extracting(FileState::diff).containsOnly("");
    }

    @Test
    void brokenFileIsNoReasonWhyTheTextThatWasLoadedInItsPlaceDoesNotStart() throws Exception {
        keepAsGood("a");
        write("a", "broken");
        reloader.loadInitial(true);
        assertThat(reloader.status().refused()).containsExactly("a.camel.yaml");
        reloader.requireValid();
    }

    @Test
    void closesWithoutHavingBegun() throws Exception {
        reloader.loadInitial(false);
        reloader.close();
        reloader.start();
        reloader.close();
        assertThat(reloader.status().summary()).isEqualTo("1 route is loaded: a");
    }

    @Test
    void seesOnItsThreadWhatWasSavedBeforeAndAfterItBegan() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        reloader.addListener(status -> told.add(status.summary()));
        reloader.loadInitial(false);
        context.start();
        write("b", route("b", "one"));
        reloader.start();
        await().atMost(PATIENCE).until(() -> told.contains("added: b"));
        write("c", route("c", "one"));
        await().atMost(PATIENCE).until(() -> told.contains("added: c"));
        reloader.close();
        assertThat(told).hasSize(3);
        assertThat(context.getRoutes()).extracting(Route::getId).containsExactlyInAnyOrder("a", "b", "c");
    }
}
