package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.reload.FaultyHost.Fault;
import io.github.dtstream.route.reload.RouteReloaderTest.Words;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.ServiceStatus;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever step of a change fails, the earlier routes run. */
class RouteTransactionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Set<String> IDS = Set.of("plain", "with-beans", "failing", "made");

    private final RouteValidator validator = new RouteValidator(NumberStream::equip);

    /** Takes deliveries. */
    public static final class Sink {
        private final List<String> arrived = new CopyOnWriteArrayList<>();

        public void take(String text) {
            arrived.add(text);
        }
    }

    /** A context with four routes, a route configuration, a template and shared beans, each of which adds a word. */
    private final class World implements AutoCloseable {
        private final DefaultCamelContext context = new DefaultCamelContext();
        private final NumberStream stream = new NumberStream();
        private final Sink sink = new Sink();
        private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T12:00:00Z"));
        private final FaultyHost host;
        private final RouteSwap swap;

        World() throws Exception {
            stream.addTo(context);
            context.getRegistry().bind("sink", sink);
            context.start();
            host = new FaultyHost(new LiveRoutes(context, PATIENCE));
            swap = new RouteSwap(host, clock, 3, Duration.ofSeconds(10));
            swap.load(routes(files("old")), Map.of());
        }

        /** The words of each route now; none twice, and none that was removed. */
        void assertSays(String word, String step) {
            assertThat(swap.running())
                    .as(step)
                    .extracting(running -> running.unit().id())
                    .containsExactlyInAnyOrderElementsOf(IDS);
            assertRunning(step);
            assertThat(context.getRoutes()).as(step).hasSize(IDS.size());
            sink.arrived.clear();
            stream.produce(1);
            // Asked some two hundred times: Awaitility's own interval alone would take half a minute.
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .untilAsserted(() -> assertThat(sink.arrived)
                            .as(step)
                            .containsExactlyInAnyOrder(
                                    "plain " + word, "beans " + word, "caught " + word, "made " + word));
        }

        /** Checks that every route runs that should. */
        private void assertRunning(String step) {
            swap.running()
                    .forEach(running -> assertThat(context.getRouteController()
                                    .getRouteStatus(running.unit().id()))
                            .as(step + " " + running.unit().id())
                            .isEqualTo(ServiceStatus.Started));
        }

        @Override
        public void close() throws IOException {
            context.close();
        }
    }

    private RouteSet routes(Map<String, String> texts) {
        List<RouteFile> files = texts.entrySet().stream()
                .map(entry -> RouteFile.of(Path.of("routes", entry.getKey() + ".camel.yaml"), entry.getValue()))
                .toList();
        return validator
                .trust(RouteFiles.of(Path.of("routes"), files), Map.of())
                .routes();
    }

    private static Map<String, String> files(String word) {
        Map<String, String> files = new TreeMap<>();
        files.put("plain", route("plain", "setBody: {constant: \"plain " + word + "\"}"));
        files.put("with-beans", beans("own", "beans " + word) + route("with-beans", "bean: {ref: own, method: say}"));
        files.put(
                "failing",
                route("failing", "throwException: {exceptionType: java.lang.IllegalStateException, message: no}"));
        files.put("made", """
                - templatedRoute:
                    routeId: made
                    routeTemplateRef: speaker
                    parameters:
                      - {name: who, value: made}
                """);
        files.put("shared", shared(word));
        return files;
    }

    private static String shared(String word) {
        return beans("everywhere", word) + """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.IllegalStateException]
                          handled: {constant: "true"}
                          steps:
                            - setBody: {constant: "caught %1$s"}
                            - to: bean:sink?method=take
                - routeTemplate:
                    id: speaker
                    parameters:
                      - {name: who}
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: "{{who}}"}
                      steps:
                        - bean: {ref: everywhere, method: say}
                        - setBody: {simple: "{{who}} ${body}"}
                        - to: bean:sink?method=take
                """.formatted(word);
    }

    private static String route(String id, String step) {
        return """
                - route:
                    id: %1$s
                    from:
                      uri: dt-stream:p
                      parameters: {subscriber: %1$s}
                      steps:
                        - %2$s
                        - to: bean:sink?method=take
                """.formatted(id, step);
    }

    private static String beans(String name, String word) {
        return """
                - beans:
                    - name: %s
                      type: %s
                      properties: {text: "%s"}
                """.formatted(name, Words.class.getName(), word);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void rollsBackWhicheverStepFails(Fault fault) throws Exception {
        long steps = Long.MAX_VALUE;
        for (long n = 1; n <= steps; n++) {
            try (World world = new World()) {
                String step = "step " + n + " fails " + fault;
                RouteSet wanted = routes(files("new"));
                world.host.failSteps(n, n, fault);

                RouteSwap.Result result = world.swap.apply(wanted, Map.of(), Set.of());

                if (world.host.steps() < n) {
                    steps = world.host.steps();
                    assertThat(result.refusals()).as(step).isEmpty();
                    world.assertSays("new", step);
                } else {
                    assertThat(world.swap.problems()).as(step).isEmpty();
                    assertThat(result.refusals())
                            .as(step)
                            .singleElement()
                            .extracting(refusal -> refusal.finding().message())
                            .asString()
                            .contains("fails by intent");
                    assertThat(result.refusals().get(0).ran())
                            .as("the files that were changed")
                            .containsOnlyKeys("plain.camel.yaml", "with-beans.camel.yaml", "shared.camel.yaml");
                    world.assertSays("old", step);
                    world.host.failSteps(0, 0, fault);
                    assertThat(world.swap.apply(wanted, Map.of(), Set.of()).refusals())
                            .isEmpty();
                    world.assertSays("new", step + ", then the change is tried again");
                }
            }
        }
        assertThat(steps).as("four routes out and in, and what they share").isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void goesOnWithARollBackThatFailsItselfAndTellsTheTruthMeanwhile(Fault fault) throws Exception {
        for (long n = 1; n <= 9; n++) {
            for (long failures : new long[] {2, 3, 5, 8, 30}) {
                try (World world = new World()) {
                    String step = failures + " steps from " + n + " on fail " + fault;
                    world.host.failSteps(n, n + failures - 1, fault);

                    RouteSwap.Result result = world.swap.apply(routes(files("new")), Map.of(), Set.of());

                    assertThat(result.refusals()).as(step).hasSize(1);
                    for (int attempts = 0; !world.swap.problems().isEmpty(); attempts++) {
                        assertThat(attempts).as(step).isLessThan(30);
                        world.assertRunning(step);
                        List<String> told = new ArrayList<>(world.swap.missing());
                        world.swap
                                .running()
                                .forEach(running -> told.add(running.unit().id()));
                        assertThat(told).as(step).containsExactlyInAnyOrderElementsOf(IDS);
                        assertThat(world.swap.problems().get(0).message())
                                .as(step)
                                .contains("fails by intent");
                        assertThat(world.swap.repair())
                                .as("not before its time")
                                .isFalse();
                        world.clock.advance(Duration.ofMinutes(1));
                        world.swap.repair();
                    }
                    world.assertSays("old", step);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void takesANewChangeWhileARollBackIsNotFinished(Fault fault) throws Exception {
        for (long n = 1; n <= 9; n++) {
            try (World world = new World()) {
                String step = "all steps from " + n + " on fail " + fault;
                world.host.failSteps(n, Long.MAX_VALUE, fault);
                world.swap.apply(routes(files("new")), Map.of(), Set.of());
                world.host.failSteps(0, 0, fault);

                RouteSwap.Result result = world.swap.apply(routes(files("newer")), Map.of(), Set.of());

                assertThat(result.refusals()).as(step).isEmpty();
                world.clock.advance(Duration.ofMinutes(1));
                world.swap.repair();
                assertThat(world.swap.problems()).as(step).isEmpty();
                world.assertSays("newer", step);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void goesBackToWhatRanBeforeTheChangeThatCouldNotBeTakenBack(Fault fault) throws Exception {
        for (long n = 1; n <= 9; n++) {
            try (World world = new World()) {
                String step = "all steps from " + n + " on fail " + fault;
                world.host.failSteps(n, Long.MAX_VALUE, fault);
                world.swap.apply(routes(files("new")), Map.of(), Set.of());
                world.host.failSteps(1, 1, Fault.BEFORE_IT_IS_DONE);

                RouteSwap.Result result = world.swap.apply(routes(files("newer")), Map.of(), Set.of());

                assertThat(result.refusals()).as(step).hasSize(1);
                for (int attempts = 0; attempts < 5; attempts++) {
                    world.clock.advance(Duration.ofMinutes(1));
                    world.swap.repair();
                }
                assertThat(world.swap.problems()).as(step).isEmpty();
                world.assertSays("old", step);
            }
        }
    }
}
