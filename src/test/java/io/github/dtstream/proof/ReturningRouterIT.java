package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two routers share two streams. One of them ends and returns. While it becomes ready, the other one goes on with both
 * streams; then one of them moves back. With a hot standby that makes no gap. Every event is delivered, and is in its topic
 * exactly once.
 */
@Tag("long")
@Timeout(600)
class ReturningRouterIT {
    /** Little enough for the memory of a standby in a small heap. */
    private static final int EVENTS_PER_SECOND = 20;

    @TempDir
    private Path folder;

    private final List<RouterProcess> nodes = new ArrayList<>();

    @ParameterizedTest(name = "dt.standby={0}")
    @ValueSource(strings = {"hot", "cold"})
    void aRouterThatReturnsTakesItsShareWhenItIsReady(String standby) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                DeliverySink sink = DeliverySink.start(folder.resolve("deliveries.txt"))) {
            List<SimulatedCloud> projects = List.of(cloud, cloud.addProject(new SplittableRandom(2)));
            projects.forEach(project -> project.addDevices(5, DeviceType.TEMPERATURE));
            Path jar = KafkaRouters.install(folder);
            for (String name : List.of("a", "b")) {
                nodes.add(new RouterProcess(
                        jar,
                        configured(name, standby, projects, broker, sink.route(name, "sink", "startFrom: end")),
                        Map.of()));
            }
            RouterProcess stays = nodes.get(0);
            RouterProcess returns = nodes.get(1);
            for (RouterProcess node : nodes) {
                node.start();
            }
            await().atMost(KafkaRouters.PATIENCE).until(() -> live(stays) == 1 && live(returns) == 1);
            projects.forEach(project -> project.produce(EVENTS_PER_SECOND));
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> holders(projects, sink).equals(List.of("a", "b")));

            returns.terminate();
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> holders(projects, sink).equals(List.of("a")));
            TimeUnit.SECONDS.sleep(5);
            await().atMost(KafkaRouters.PATIENCE).until(() -> hasFilled(stays));
            int gaps = gaps(stays);
            long histories = histories(projects);
            long since = System.nanoTime();
            returns.start();
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> holders(projects, sink).equals(List.of("a", "b")));
            long moved = System.nanoTime();
            TimeUnit.SECONDS.sleep(2);
            Duration pause = projects.stream()
                    .map(project -> sink.longestPause(project.projectId(), since, System.nanoTime()))
                    .max(Duration::compareTo)
                    .orElseThrow();
            System.err.println("MEASURED dt.standby=" + standby + ": a router that returned took a stream after "
                    + Duration.ofNanos(moved - since).toMillis() + " ms; the stream paused for " + pause.toMillis()
                    + " ms; history was asked " + (histories(projects) - histories) + " times");
            if (standby.equals("hot")) {
                assertThat(histories(projects)).as("requests for history").isEqualTo(histories);
                assertThat(Stream.of(stays, returns)
                                .mapToInt(ReturningRouterIT::gaps)
                                .max())
                        .as("gaps")
                        .hasValue(gaps);
            }
            projects.forEach(SimulatedCloud::stopProduction);
            for (SimulatedCloud project : projects) {
                List<String> produced = project.produced().stream()
                        .map(event -> event.eventId())
                        .toList();
                await().atMost(KafkaRouters.PATIENCE).until(() -> sink.hasAll(project.projectId(), produced));
                KafkaRouters.assertOnceInTopic(broker, project, produced);
            }
        } finally {
            for (RouterProcess node : nodes) {
                node.close();
            }
        }
    }

    private static long histories(List<SimulatedCloud> projects) {
        return projects.stream()
                .mapToLong(project -> project.requests(Target.HISTORY))
                .sum();
    }

    /** The routers that delivered the newest event of each project, without repetition. */
    private static List<String> holders(List<SimulatedCloud> projects, DeliverySink sink) {
        return projects.stream()
                .map(project -> sink.holder(project.projectId()))
                .flatMap(Optional::stream)
                .distinct()
                .sorted()
                .toList();
    }

    private static int live(RouterProcess node) throws InterruptedException {
        int live = 0;
        JsonNode streams = node.ask("/routes").orElse(MissingNode.getInstance()).path("streams");
        for (JsonNode stream : streams) {
            live += stream.path("state").asText().equals("live") ? 1 : 0;
        }
        return live;
    }

    /** Whether it receives both streams and has no gap to fill. */
    private static boolean hasFilled(RouterProcess node) throws InterruptedException {
        JsonNode streams = node.ask("/routes").orElse(MissingNode.getInstance()).path("streams");
        int open = 0;
        for (JsonNode stream : streams) {
            open += stream.path("openGaps").asInt(1);
        }
        return streams.size() == 2 && open == 0;
    }

    private static int gaps(RouterProcess node) {
        try {
            int gaps = 0;
            for (JsonNode ofStream : node.gaps()) {
                gaps += ofStream.size();
            }
            return gaps;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path configured(
            String name, String standby, List<SimulatedCloud> projects, KafkaBroker broker, String route)
            throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.writeString(routes.resolve("sink.camel.yaml"), route);
        Files.writeString(routes.resolve("alarms.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        List<String> lines = new ArrayList<>(KafkaRouters.of(projects.get(0)));
        lines.set(
                0,
                "dt.project-id="
                        + String.join(
                                ",",
                                projects.stream().map(SimulatedCloud::projectId).toList()));
        lines.addAll(List.of(
                "dt.journal=kafka",
                "dt.kafka.bootstrap-servers=" + broker.address(),
                "dt.kafka.replication=1",
                "dt.kafka.group=routers",
                "dt.kafka.node=" + name,
                "dt.standby=" + standby));
        Files.write(place.resolve("application.properties"), lines);
        return place;
    }
}
