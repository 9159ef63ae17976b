package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What tests of routers with journals in Kafka share. Stateless. */
final class KafkaRouters {
    static final Duration PATIENCE = Duration.ofMinutes(3);
    static final Duration QUICKLY = Duration.ofMillis(20);

    private static final Path JAR = Path.of(System.getProperty("dt.jar", "target/dt-stream-router.jar"));
    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([^\"]+)\"");

    private KafkaRouters() {}

    /** Copies the packaged jar into a folder, with Kafka's client in {@code lib/} beside it. */
    static Path install(Path folder) throws Exception {
        return KafkaProgram.installed(JAR, folder.resolve("program"));
    }

    /** The settings with which a router reads the simulated cloud. */
    static List<String> of(SimulatedCloud cloud) {
        return List.of(
                "dt.project-id=" + cloud.projectId(),
                "dt.http-port=0",
                "dt.service-account-key-id=" + cloud.account().keyId(),
                "dt.service-account-secret=" + cloud.account().secret(),
                "dt.service-account-email=" + cloud.account().email(),
                "dt.api-url=http://127.0.0.1:" + cloud.port() + "/v2",
                "dt.token-url=http://127.0.0.1:" + cloud.port() + "/oauth2/token",
                "dt.max-retries=-1",
                "dt.ping-interval=1s",
                "camel.component.dt-stream.historyRequestsPerSecond=200",
                "camel.component.dt-stream.historyIndexingDelay=1s");
    }

    /** Waits until one of the routers receives the stream, and returns it. */
    static RouterProcess holder(List<RouterProcess> among) throws InterruptedException {
        await().atMost(PATIENCE).pollInterval(QUICKLY).until(() -> live(among) != null);
        return Objects.requireNonNull(live(among));
    }

    static @Nullable RouterProcess live(List<RouterProcess> among) throws InterruptedException {
        for (RouterProcess node : among) {
            if (node.isRunning() && node.isLive()) {
                return node;
            }
        }
        return null;
    }

    /** Waits until the routers have written an event that is not among those. */
    static void awaitNews(Set<String> before, List<RouterProcess> among) {
        await().atMost(PATIENCE).pollInterval(QUICKLY).until(() -> !before.containsAll(delivered(among)));
    }

    /** The identifiers of the events in the files of these routers. */
    static Set<String> delivered(List<RouterProcess> among) throws IOException {
        Set<String> identifiers = new HashSet<>();
        for (RouterProcess node : among) {
            Path events = node.data().resolve("events");
            if (Files.isDirectory(events)) {
                try (Stream<Path> files = Files.walk(events)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Matcher found = EVENT_ID.matcher(Files.readString(file));
                        while (found.find()) {
                            identifiers.add(found.group(1));
                        }
                    }
                }
            }
        }
        return identifiers;
    }

    /** Checks that the topic of a project's stream has each event that it produced, and none twice. */
    static void assertOnceInTopic(KafkaBroker broker, SimulatedCloud project, Collection<String> produced)
            throws IOException {
        assertThat(TopicContents.read(broker.address(), "dt." + project.projectId() + ".default.events")
                        .entries())
                .extracting(TopicContents.Entry::eventId)
                .doesNotHaveDuplicates()
                .containsAll(produced);
    }
}
