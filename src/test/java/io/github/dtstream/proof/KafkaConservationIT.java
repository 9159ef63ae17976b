package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A router with its journal in Kafka is killed again and again, and the broker is killed once. Afterwards every event
 * that the cloud produced is in the files, and exactly once in the topic. An alarm that was raised before is still
 * raised, and was raised only once. Then a second router with the same journals takes the stream over: the first one
 * stops that stream, but continues to run.
 */
@Timeout(1200)
@Tag("long")
class KafkaConservationIT {
    private static final Path JAR = Path.of(System.getProperty("dt.jar", "target/dt-stream-router.jar"));
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BATCH = 50;
    private static final int DEVICES = 5;
    private static final int EVENTS_PER_SECOND = 100;
    private static final int KILLS = 3;

    @TempDir
    private Path folder;

    @Test
    void losesNothingAndHasEachEventOnceThoughRouterAndBrokerAreKilled() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Path oracle = folder.resolve("oracle.ndjson");
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(800));
        Path jar = KafkaProgram.installed(JAR, folder.resolve("program"));
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                RouterProcess router = new RouterProcess(jar, folder, Map.of())) {
            cloud.recordTo(oracle);
            List<String> devices = cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
            configure(cloud, broker);
            FileMarks marks = new FileMarks(router.data().resolve("events"));
            router.start();
            awaitLive(router);
            cloud.publish(devices.get(0), "humidity", "{\"temperature\":20,\"relativeHumidity\":95}");
            await().atMost(PATIENCE).until(() -> raised(router) == 1);
            cloud.produce(EVENTS_PER_SECOND);

            for (int kill = 0; kill < KILLS; kill++) {
                TimeUnit.MILLISECONDS.sleep(700);
                router.kill();
                marks.set();
                TimeUnit.MILLISECONDS.sleep(300);
                router.start();
                awaitLive(router);
            }
            broker.kill();
            TimeUnit.SECONDS.sleep(1);
            broker.begin();
            TimeUnit.SECONDS.sleep(1);
            cloud.stopProduction();

            await().atMost(PATIENCE).until(() -> router.isLive() && router.isIdle() && isComplete(cloud, broker));
            await().atMost(PATIENCE).until(() -> raised(router) == 1);
            try (RouterProcess other = new RouterProcess(jar, other(), Map.of())) {
                other.start();
                awaitLive(other);
                await().atMost(PATIENCE).until(() -> health(router).contains("another router has taken over"));
                await("an alarm at the one that took over").atMost(PATIENCE).until(() -> raised(other) == 1);
                assertThat(router.isRunning()).isTrue();
                await().atMost(PATIENCE).until(() -> !router.isLive());
                other.terminate();
            }
            router.terminate();

            Findings files = Sinks.files(oracle, router.data().resolve("events"), marks);
            assertThat(files.differences()).isEmpty();
            assertThat(files.mostAfterOneEnd()).as("repeated after one end").isLessThanOrEqualTo(BATCH);
            assertThat(events(cloud, broker, "events")).doesNotHaveDuplicates();
            assertThat(events(cloud, broker, "alarms.events")).doesNotHaveDuplicates();
            assertThat(router.data().resolve("journal")).doesNotExist();
            assertThat(router.data().resolve("alarms")).doesNotExist();
            assertThat(router.data().resolve("gaps").resolve(cloud.projectId() + "/default/gaps.json"))
                    .doesNotExist();
        }
    }

    /**
     * A router with its journal in files is killed, its journal is moved into Kafka, and a router goes on there: it fills
     * the gap since, has the alarm, and repeats at most a batch. While it runs, nothing is exported or imported.
     */
    @Test
    void goesOnInKafkaWhereTheKilledRouterHadStoppedInFiles() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Path oracle = folder.resolve("oracle.ndjson");
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(800));
        Path jar = KafkaProgram.installed(JAR, folder.resolve("program"));
        Map<String, String> inFiles = Map.of("DT_JOURNAL", "local");
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                RouterProcess before = new RouterProcess(jar, folder, inFiles);
                RouterProcess after = new RouterProcess(jar, folder, Map.of())) {
            cloud.recordTo(oracle);
            List<String> devices = cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
            configure(cloud, broker);
            FileMarks marks = new FileMarks(before.data().resolve("events"));
            before.start();
            awaitLive(before);
            cloud.publish(devices.get(0), "humidity", "{\"temperature\":20,\"relativeHumidity\":95}");
            await().atMost(PATIENCE).until(() -> raised(before) == 1);
            cloud.produce(EVENTS_PER_SECOND);
            TimeUnit.SECONDS.sleep(2);
            assertThat(journal(jar, inFiles, "export", "early.ndjson"))
                    .as("an export beside the router")
                    .isNotZero();
            before.kill();
            marks.set();

            assertThat(journal(jar, inFiles, "export", "moved.ndjson")).isZero();
            assertThat(journal(jar, Map.of(), "import", "moved.ndjson")).isZero();
            after.start();
            awaitLive(after);
            assertThat(journal(jar, Map.of(), "import", "moved.ndjson"))
                    .as("an import beside the router")
                    .isNotZero();
            TimeUnit.SECONDS.sleep(1);
            cloud.stopProduction();

            await().atMost(PATIENCE).until(() -> after.isLive() && after.isIdle() && isComplete(cloud, broker));
            await().atMost(PATIENCE).until(() -> raised(after) == 1);
            after.terminate();
            Findings files = Sinks.files(oracle, after.data().resolve("events"), marks);
            assertThat(files.differences()).isEmpty();
            assertThat(files.mostAfterOneEnd()).as("repeated after the move").isLessThanOrEqualTo(BATCH);
            assertThat(events(cloud, broker, "events")).doesNotHaveDuplicates();
            assertThat(events(cloud, broker, "alarms.events")).doesNotHaveDuplicates();
            assertThat(folder.resolve("early.ndjson")).doesNotExist();
        }
    }

    /** Runs the command {@code journal}; returns its exit code. */
    private int journal(Path jar, Map<String, String> environment, String what, String file) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-jar",
                        jar.toString(),
                        "journal",
                        what,
                        file)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("journal.log").toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        int code = process.waitFor();
        System.out.println("journal " + what + ": " + code + "\n" + Files.readString(folder.resolve("journal.log")));
        return code;
    }

    private void configure(SimulatedCloud cloud, KafkaBroker broker) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        String files = Files.readString(Path.of("routes/events-to-files.camel.yaml"));
        Files.writeString(
                routes.resolve("events-to-files.camel.yaml"), files.replaceAll("(maxBatchSize:) \\d+", "$1 " + BATCH));
        Files.writeString(routes.resolve("alarms.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        Files.write(
                folder.resolve("application.properties"),
                List.of(
                        "dt.project-id=" + cloud.projectId(),
                        "dt.http-port=0",
                        "dt.journal=kafka",
                        "dt.kafka.bootstrap-servers=" + broker.address(),
                        "dt.kafka.replication=1",
                        "dt.service-account-key-id=" + cloud.account().keyId(),
                        "dt.service-account-secret=" + cloud.account().secret(),
                        "dt.service-account-email=" + cloud.account().email(),
                        "dt.api-url=http://127.0.0.1:" + cloud.port() + "/v2",
                        "dt.token-url=http://127.0.0.1:" + cloud.port() + "/oauth2/token",
                        "dt.max-retries=-1",
                        "dt.ping-interval=1s",
                        "camel.component.dt-stream.pingJitter=500ms",
                        "camel.component.dt-stream.initialRetryDelay=50ms",
                        "camel.component.dt-stream.maxRetryDelay=1s",
                        "camel.component.dt-stream.historyRequestsPerSecond=200",
                        "camel.component.dt-stream.historyIndexingDelay=1s"));
    }

    /** The folder of another router with the same settings and routes. */
    private Path other() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.copy(folder.resolve("application.properties"), other.resolve("application.properties"));
        Path routes = Files.createDirectories(other.resolve("routes"));
        try (Stream<Path> files = Files.list(folder.resolve("routes"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        return other;
    }

    private static String health(RouterProcess router) throws InterruptedException {
        return router.ask("/health").map(JsonNode::toString).orElse("");
    }

    private static void awaitLive(RouterProcess router) {
        long begun = System.nanoTime();
        await().atMost(PATIENCE).until(router::isLive);
        System.out.println("live after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    /** How many alarms it shows; none if it does not answer. */
    private static int raised(RouterProcess router) throws InterruptedException {
        int raised = 0;
        for (JsonNode alarm :
                router.ask("/alarms").map(answer -> answer.path("alarms")).orElse(MissingNode.getInstance())) {
            raised += alarm.path("rule").asText().equals("damp") ? 1 : 0;
        }
        return raised;
    }

    private static boolean isComplete(SimulatedCloud cloud, KafkaBroker broker) {
        List<String> there = events(cloud, broker, "events");
        return cloud.produced().stream().allMatch(event -> there.contains(event.eventId()));
    }

    /** The identifiers of all events in a topic, with duplicates. */
    private static List<String> events(SimulatedCloud cloud, KafkaBroker broker, String topic) {
        return TopicContents.records(
                        broker.address(), "dt." + cloud.projectId() + ".default." + topic, "read_committed")
                .stream()
                .map(record -> SinkRecord.identifierIn(record.value()))
                .toList();
    }
}
