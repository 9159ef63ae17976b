package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three routers share a route to one server, which sees the order in which events arrive. One router joins, one is killed
 * and one is asked to end, while events come. None is lost, those of each device arrive in the order of the journal, and only the kill
 * repeats some: at most a batch of each partition.
 */
@Timeout(600)
@Tag("long")
class SharedRouteIT {
    private static final int DEVICES = 30;
    private static final int EVENTS_PER_SECOND = 100;
    private static final int BATCH = 20;
    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final Map<String, RouterProcess> nodes = new TreeMap<>();

    /** An HTTP server that keeps the identifiers of events in the order of their arrival. */
    private static final class Sink implements AutoCloseable {
        private final List<String> arrived = new ArrayList<>();
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final HttpServer server;

        Sink() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                synchronized (arrived) {
                    Matcher found = EVENT_ID.matcher(body);
                    while (found.find()) {
                        arrived.add(found.group(1));
                    }
                }
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
        }

        int port() {
            return server.getAddress().getPort();
        }

        List<String> arrived() {
            synchronized (arrived) {
                return List.copyOf(arrived);
            }
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    @Test
    void sharesARouteWhileRoutersJoinDieAndStop() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                Sink sink = new Sink()) {
            cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
            Path jar = KafkaRouters.install(folder);
            for (String name : List.of("a", "b", "c")) {
                nodes.put(name, new RouterProcess(jar, configured(name, cloud, broker, sink.port()), Map.of()));
            }
            start("a");
            start("b");
            awaitPartitions("a", Map.of("a", 3L, "b", 3L));
            cloud.produce(EVENTS_PER_SECOND);
            awaitNews(sink);

            start("c");
            awaitPartitions("a", Map.of("a", 2L, "b", 2L, "c", 2L));
            awaitNews(sink);
            int planned = repeats(cloud, sink);

            long since = System.nanoTime();
            node("b").kill();
            awaitPartitions("a", Map.of("a", 3L, "c", 3L));
            report("a router of a shared route is killed, until its partitions are read", since);
            awaitNews(sink);
            int killed = repeats(cloud, sink);

            node("a").terminate();
            awaitPartitions("c", Map.of("c", 6L));
            awaitNews(sink);
            cloud.stopProduction();

            Set<String> produced = new HashSet<>();
            cloud.produced().forEach(event -> produced.add(event.eventId()));
            await().atMost(KafkaRouters.PATIENCE).until(() -> sink.arrived().containsAll(produced));
            assertThat(planned).as("repeated when a router joined").isZero();
            assertThat(killed).as("repeated when a router was killed").isLessThanOrEqualTo(2 * BATCH);
            assertThat(repeats(cloud, sink))
                    .as("repeated when a router was stopped")
                    .isEqualTo(killed);
            List<String> firstArrivals = List.copyOf(new LinkedHashSet<>(sink.arrived()));
            TopicContents topic = TopicContents.read(broker.address(), "dt." + cloud.projectId() + ".default.events");
            assertThat(topic.disorder(firstArrivals))
                    .as("in another order than in the topic, where history may follow newer live events")
                    .isEmpty();
            await().atMost(KafkaRouters.PATIENCE).until(() -> lag("c") == 0);
        } finally {
            for (RouterProcess node : nodes.values()) {
                node.close();
            }
        }
    }

    private RouterProcess node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private void start(String name) throws IOException {
        node(name).start();
    }

    /** Waits until a router reports that so many partitions are read by each of these. */
    private void awaitPartitions(String asked, Map<String, Long> wanted) {
        await().atMost(KafkaRouters.PATIENCE).until(() -> {
            Map<String, Long> read = new HashMap<>();
            for (JsonNode partition : partitions(asked)) {
                read.merge(partition.path("node").asText("nobody"), 1L, Long::sum);
            }
            return read.equals(wanted);
        });
    }

    private JsonNode partitions(String asked) throws InterruptedException {
        return node(asked)
                .ask("/routes")
                .map(status -> status.path("routes").path(0).path("partitions"))
                .orElse(MissingNode.getInstance());
    }

    private long lag(String asked) throws InterruptedException {
        long lag = 0;
        for (JsonNode partition : partitions(asked)) {
            lag += partition.path("lag").asLong();
        }
        return lag;
    }

    private static void awaitNews(Sink sink) {
        int before = sink.arrived().size();
        await().atMost(KafkaRouters.PATIENCE).until(() -> sink.arrived().size() > before + 2 * EVENTS_PER_SECOND);
    }

    private static int repeats(SimulatedCloud cloud, Sink sink) {
        Set<String> produced = new HashSet<>();
        cloud.produced().forEach(event -> produced.add(event.eventId()));
        List<String> arrived = new ArrayList<>(sink.arrived());
        arrived.retainAll(produced);
        return arrived.size() - new HashSet<>(arrived).size();
    }

    private static void report(String what, long since) {
        System.err.println("MEASURED " + what + ": "
                + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms");
    }

    private Path configured(String name, SimulatedCloud cloud, KafkaBroker broker, int sink) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.writeString(routes.resolve("to-server.camel.yaml"), """
                - route:
                    id: to-server
                    from:
                      uri: dt-stream:{{dt.project-id}}
                      parameters: {subscriber: server, shared: true, startFrom: beginning, maxBatchSize: %d}
                      steps:
                        - split:
                            simple: "${body}"
                            aggregationStrategy: "#records"
                            steps:
                              - convertBodyTo: {type: String}
                        - convertBodyTo: {type: String}
                        - removeHeaders: {pattern: "*"}
                        - to: {uri: "http://127.0.0.1:%d/", parameters: {httpMethod: POST}}
                """.formatted(BATCH, sink));
        List<String> lines = new ArrayList<>(KafkaRouters.of(cloud));
        lines.add("dt.journal=kafka");
        lines.add("dt.kafka.bootstrap-servers=" + broker.address());
        lines.add("dt.kafka.replication=1");
        lines.add("dt.kafka.group=routers");
        lines.add("dt.kafka.node=" + name);
        Files.write(place.resolve("application.properties"), lines);
        return place;
    }
}
