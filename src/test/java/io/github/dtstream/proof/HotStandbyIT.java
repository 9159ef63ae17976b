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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two routers share a stream, and each stands by hot while the other one holds it. The holder is asked to end, and later
 * the next one is killed. Each time the other router takes the stream over without a gap. Every event is delivered, and
 * is in the topic exactly once.
 */
@Timeout(600)
@Tag("long")
class HotStandbyIT {
    private static final int DEVICES = 5;
    private static final int EVENTS_PER_SECOND = 50;

    @TempDir
    private Path folder;

    private final List<RouterProcess> nodes = new ArrayList<>();

    @Test
    void aRouterThatStandsByHotTakesOverWithoutAGap() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1))) {
            cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
            Path jar = KafkaRouters.install(folder);
            for (String name : List.of("a", "b")) {
                nodes.add(new RouterProcess(jar, configured(name, cloud, broker), Map.of()));
            }
            for (RouterProcess node : nodes) {
                node.start();
            }
            RouterProcess first = KafkaRouters.holder(nodes);
            cloud.produce(EVENTS_PER_SECOND);
            awaitHotStandby(others(first).get(0));
            Set<String> known = gaps(first);
            long histories = cloud.requests(Target.HISTORY);

            RouterProcess second = endsAndIsFollowed("asked to end, with a hot standby", first);
            assertThat(gaps(second)).as("gaps").isEqualTo(known);
            assertThat(cloud.requests(Target.HISTORY))
                    .as("requests for history")
                    .isEqualTo(histories);

            first.start();
            awaitHotStandby(first);
            second.kill();
            RouterProcess third = tookOver("killed, with a hot standby", second);
            assertThat(gaps(third)).as("gaps").isEqualTo(known);
            cloud.stopProduction();

            Set<String> produced = new HashSet<>();
            cloud.produced().forEach(event -> produced.add(event.eventId()));
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> KafkaRouters.delivered(nodes).containsAll(produced));
            KafkaRouters.assertOnceInTopic(broker, cloud, produced);
        } finally {
            for (RouterProcess node : nodes) {
                node.close();
            }
        }
    }

    /** When the gaps began that a router knows. */
    private static Set<String> gaps(RouterProcess node) throws InterruptedException {
        Set<String> begun = new HashSet<>();
        for (JsonNode ofStream : node.gaps()) {
            ofStream.forEach(gap -> begun.add(gap.path("from").asText()));
        }
        return begun;
    }

    /** Waits until a router stands by, and has received everything for longer than two connections may be apart. */
    private static void awaitHotStandby(RouterProcess node) {
        await().atMost(KafkaRouters.PATIENCE).until(() -> {
            JsonNode status = node.ask("/routes").orElse(MissingNode.getInstance());
            String since = status.path("standbys").path(0).path("completeSince").asText();
            return !since.isEmpty()
                    && Instant.parse(since)
                            .isBefore(Instant.parse(status.path("now").asText()).minusSeconds(12));
        });
    }

    /** Asks a router to end, and waits until another one delivers, which it returns. */
    private RouterProcess endsAndIsFollowed(String how, RouterProcess ending) throws Exception {
        List<RouterProcess> left = others(ending);
        Set<String> before = KafkaRouters.delivered(left);
        long asked = System.nanoTime();
        Thread ends = new Thread(() -> terminate(ending));
        ends.start();
        KafkaRouters.awaitNews(before, left);
        report(how, asked);
        ends.join();
        return KafkaRouters.holder(left);
    }

    private List<RouterProcess> others(RouterProcess one) {
        return nodes.stream().filter(node -> node != one).toList();
    }

    private RouterProcess tookOver(String how, RouterProcess gone) throws Exception {
        long since = System.nanoTime();
        List<RouterProcess> left = others(gone);
        KafkaRouters.awaitNews(KafkaRouters.delivered(left), left);
        report(how, since);
        return KafkaRouters.holder(left);
    }

    private static void report(String how, long since) {
        System.err.println("MEASURED " + how + " until another router delivered: "
                + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms");
    }

    private static void terminate(RouterProcess node) {
        try {
            node.terminate();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path configured(String name, SimulatedCloud cloud, KafkaBroker broker) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.copy(Path.of("routes/events-to-files.camel.yaml"), routes.resolve("events-to-files.camel.yaml"));
        Files.writeString(routes.resolve("alarms.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        Files.write(
                place.resolve("application.properties"),
                List.of(
                        "dt.project-id=" + cloud.projectId(),
                        "dt.http-port=0",
                        "dt.journal=kafka",
                        "dt.kafka.bootstrap-servers=" + broker.address(),
                        "dt.kafka.replication=1",
                        "dt.kafka.group=routers",
                        "dt.kafka.node=" + name,
                        "dt.standby=hot",
                        "dt.service-account-key-id=" + cloud.account().keyId(),
                        "dt.service-account-secret=" + cloud.account().secret(),
                        "dt.service-account-email=" + cloud.account().email(),
                        "dt.api-url=http://127.0.0.1:" + cloud.port() + "/v2",
                        "dt.token-url=http://127.0.0.1:" + cloud.port() + "/oauth2/token",
                        "dt.max-retries=-1",
                        "dt.ping-interval=5s",
                        "camel.component.dt-stream.historyRequestsPerSecond=200",
                        "camel.component.dt-stream.historyIndexingDelay=1s"));
        return place;
    }
}
