package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.GroupFiles;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers and three routers as processes, with the variables of the compose file. They work as they are, and
 * without the router that holds the stream, and without one of the brokers.
 */
@Timeout(600)
@Tag("long")
class GroupFilesIT {
    private static final int EVENTS_PER_SECOND = 50;

    @TempDir
    private Path folder;

    private final List<RouterProcess> routers = new ArrayList<>();
    private final List<KafkaBroker> brokers = new ArrayList<>();

    @Test
    void theComposeFileStartsAGroupThatOutlivesARouterAndABroker() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Map<String, String> ports = new LinkedHashMap<>();
        for (int number = 1; number <= 3; number++) {
            ports.put(":9" + number + "92", ":" + FreePort.find());
            ports.put(":9" + number + "93", ":" + FreePort.find());
        }
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        JsonNode services = GroupFiles.compose().path("services");
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1))) {
            cloud.addDevices(5, DeviceType.TEMPERATURE);
            startBrokers(services, ports);
            startRouters(services, ports, cloud);
            RouterProcess first = KafkaRouters.holder(routers);
            cloud.produce(EVENTS_PER_SECOND);
            KafkaRouters.awaitNews(Set.of(), routers);
            assertThat(copies(ports.get(":9192"), cloud)).containsOnly(3);

            first.kill();
            List<RouterProcess> left =
                    routers.stream().filter(router -> router != first).toList();
            KafkaRouters.awaitNews(KafkaRouters.delivered(left), left);
            first.start();

            brokers.get(1).kill();
            cloud.stopProduction();
            cloud.produce(EVENTS_PER_SECOND);
            KafkaRouters.awaitNews(KafkaRouters.delivered(routers), routers);
            cloud.stopProduction();

            Set<String> produced = new HashSet<>();
            cloud.produced().forEach(event -> produced.add(event.eventId()));
            await().atMost(KafkaRouters.PATIENCE)
                    .until(() -> KafkaRouters.delivered(routers).containsAll(produced));
        } finally {
            for (RouterProcess router : routers) {
                router.close();
            }
            for (KafkaBroker broker : brokers) {
                broker.close();
            }
        }
    }

    private static String at(Map<String, String> ports, String value) {
        String moved = value;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            moved = moved.replace(port.getKey(), port.getValue());
        }
        return moved;
    }

    private void startBrokers(JsonNode services, Map<String, String> ports) throws Exception {
        String classPath = KafkaBroker.classPath(folder);
        for (int number = 1; number <= 3; number++) {
            Map<String, String> broker = GroupFiles.broker(services.path("kafka-" + number));
            broker.replaceAll((key, value) -> at(ports, value));
            brokers.add(KafkaBroker.prepare(
                    Files.createDirectories(folder.resolve("kafka-" + number)), classPath, broker, List.of()));
        }
        for (KafkaBroker broker : brokers) {
            broker.launch();
        }
        for (KafkaBroker broker : brokers) {
            broker.awaitListening();
        }
    }

    private void startRouters(JsonNode services, Map<String, String> ports, SimulatedCloud cloud) throws Exception {
        Path jar = KafkaRouters.install(folder);
        Path secret =
                Files.writeString(folder.resolve("secret"), cloud.account().secret());
        for (String name : List.of("router-a", "router-b", "router-c")) {
            Map<String, String> environment = new HashMap<>(GroupFiles.environment(services.path(name)));
            // heap and files of the image
            environment.remove("JDK_JAVA_OPTIONS");
            environment.replaceAll((variable, value) -> at(ports, value));
            environment.put("DT_PROJECT_ID", cloud.projectId());
            environment.put("DT_SERVICE_ACCOUNT_KEY_ID", cloud.account().keyId());
            environment.put("DT_SERVICE_ACCOUNT_EMAIL", cloud.account().email());
            environment.put("DT_SERVICE_ACCOUNT_SECRET_FILE", secret.toString());
            environment.put("DT_HTTP_PORT", "0");
            RouterProcess router = new RouterProcess(jar, configured(name, cloud), environment);
            routers.add(router);
            router.start();
        }
    }

    /** What is not in the compose file: the routes, and where the simulated cloud is. */
    private Path configured(String name, SimulatedCloud cloud) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.copy(Path.of("routes/events-to-files.camel.yaml"), routes.resolve("events-to-files.camel.yaml"));
        Files.write(
                place.resolve("application.properties"),
                KafkaRouters.of(cloud).stream()
                        .filter(line -> !line.startsWith("dt.service-account-secret="))
                        .toList());
        return place;
    }

    /** How many brokers have each of the stream's partitions. */
    private static Set<Integer> copies(String port, SimulatedCloud cloud)
            throws ExecutionException, InterruptedException {
        Set<Integer> copies = new HashSet<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1" + port))) {
            String journal = "dt." + cloud.projectId() + ".default.";
            for (TopicDescription topic : admin.describeTopics(
                            List.of(journal + "events", journal + "state", "dt.routers.holders"))
                    .allTopicNames()
                    .get()
                    .values()) {
                topic.partitions()
                        .forEach(partition -> copies.add(partition.replicas().size()));
            }
        }
        return copies;
    }
}
