package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.command.common.ForegroundRun;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.log.LogComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does about routes that are broken, or do not start. */
class RoutesAtStartTest {
    @TempDir
    private Path folder;

    private SimulatedCloud cloud;

    @BeforeEach
    void openCloud() throws IOException {
        cloud = RouterFixture.cloud();
        Files.createDirectories(folder.resolve("routes"));
    }

    @AfterEach
    void closeCloud() {
        cloud.close();
    }

    /** Saves a route that needs no cloud. */
    private void save(String name, String step) throws IOException {
        Files.writeString(
                folder.resolve("routes").resolve(name + ".camel.yaml"),
                "- route:\n    id: " + name + "\n    from:\n      uri: timer:" + name + "\n      steps:\n        - "
                        + step + "\n");
    }

    /** A component whose producers do not start. Camel insists on its own class for {@code log:}. */
    private static final class Unstartable extends LogComponent {
        private final Exception reason;

        private Unstartable(Exception reason) {
            this.reason = reason;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultProducer(this) {
                        @Override
                        protected void doStart() throws Exception {
                            throw reason;
                        }

                        @Override
                        public void process(Exchange exchange) {
                            throw new UnsupportedOperationException("it is not started");
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    throw new UnsupportedOperationException("nothing is received");
                }
            };
        }
    }

    /** A router in which nothing can be sent to {@code log:}, which the check of the routes does not know. */
    private Router routerWithout(Exception reason) {
        return RouterFixture.router(
                folder, cloud, Map.of(), context -> context.addComponent("log", new Unstartable(reason)));
    }

    /** What health says of the files of routes. */
    private static JsonNode health(RouterFixture router) {
        for (JsonNode check : router.json("/health").get("checks")) {
            if (check.get("part").asText().equals("routes")) {
                return check;
            }
        }
        throw new AssertionError("health says nothing of routes");
    }

    @Test
    void brokenFileRunsWithTheTextOfBeforeAndSoDoTheOthersAndHealthSaysSo() throws Exception {
        save("one", "log: hello");
        save("two", "log: hello");
        RouterFixture.start(folder, cloud, Map.of()).close();
        save("one", "lgo: hello");

        try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
            JsonNode health = health(router);
            assertThat(health.get("status").asText()).isEqualTo("DEGRADED");
            assertThat(health.get("message").asText())
                    .contains("2 routes are loaded: one, two; with the text that ran before: one.camel.yaml")
                    .contains("unknown step 'lgo'");
        }
    }

    @Test
    void brokenFileIsAnErrorWhereFilesAreNotFollowed() throws Exception {
        save("one", "log: hello");
        RouterFixture.start(folder, cloud, Map.of("dt.reload", "false")).close();
        save("one", "lgo: hello");

        Router router = RouterFixture.router(folder, cloud, Map.of("dt.reload", "false"), context -> {});

        assertThatThrownBy(router::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unknown step 'lgo'");
        assertThat(folder.resolve("data/routes-last-good/one.camel.yaml"))
                .content()
                .contains("log: hello");
    }

    @Test
    void validRouteThatDoesNotStartIsTriedAgainBySupervisors() throws Exception {
        save("one", "to: log:one");

        Router router = routerWithout(new IOException("no such host"));

        assertThat(router.run()).isEqualTo(ExitCode.GIVEN_UP);
        assertThat(ExitCode.GIVEN_UP.code()).isEqualTo(75);
        assertThat(router.fallback()).as("nothing ran before").isEmpty();
    }

    @Test
    void routeThatDoesNotStartForAnOptionOfOursNeedsAPerson() throws Exception {
        save("one", "to: log:one");
        Router router = routerWithout(new IllegalArgumentException("qos is 3; there are 0, 1 and 2"));

        assertThatThrownBy(router::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("qos is 3");
    }

    @Test
    void validEditThatDoesNotStartIsReplacedByWhatRanBeforeWhateverTheReason() throws Exception {
        save("one", "log: hello");
        save("two", "log: hello");
        RouterFixture.start(folder, cloud, Map.of()).close();
        save("one", "to: log:one");
        save("three", "log: hello");
        Router edited = routerWithout(new IllegalArgumentException("qos is 3; there are 0, 1 and 2"));

        try (RouterFixture router = RouterFixture.of(folder.resolve("data"), edited, () -> ForegroundRun.of(edited))) {
            JsonNode health = health(router);
            assertThat(health.get("status").asText()).isEqualTo("DEGRADED");
            assertThat(health.get("message").asText())
                    .contains("2 routes are loaded: one, two; with the text that ran before: one.camel.yaml;"
                            + " without: three.camel.yaml")
                    .contains("does not start: qos is 3");
        }
        assertThat(folder.resolve("data/routes-last-good/one.camel.yaml"))
                .content()
                .contains("- log: hello");
    }

    @Test
    void whatRanBeforeIsNotTriedWhereItIsWhatDoesNotStart() throws Exception {
        save("one", "to: log:one");
        RouterFixture.start(folder, cloud, Map.of()).close();
        Router router = routerWithout(new IOException("no such host"));

        assertThat(router.run()).isEqualTo(ExitCode.GIVEN_UP);
        assertThat(router.fallback()).isEmpty();
    }

    @Test
    void whatRanBeforeIsNotTriedWhereFilesAreNotFollowed() throws Exception {
        save("one", "log: hello");
        RouterFixture.start(folder, cloud, Map.of("dt.reload", "false")).close();
        save("one", "to: log:one");
        Router router = RouterFixture.router(
                folder,
                cloud,
                Map.of("dt.reload", "false"),
                context -> context.addComponent("log", new Unstartable(new IOException("no such host"))));

        assertThat(router.run()).isEqualTo(ExitCode.GIVEN_UP);
        assertThat(router.fallback()).isEmpty();
    }

    @Test
    void routeToKafkaOnTheShelfStartsWhileTheNamesOfItsBrokersCannotBeResolved() throws Exception {
        String name = "kafka.camel.yaml";
        Files.copy(Path.of("routes/examples", name), folder.resolve("routes").resolve(name));
        // Two dots: this cannot be a name, so no name server is asked.
        Map<String, String> brokers = Map.of("kafka.brokers", "no..host:9092");

        try (RouterFixture router = RouterFixture.start(folder, cloud, brokers)) {
            router.awaitLive();
            assertThat(health(router).get("status").asText()).isEqualTo("UP");
        }
    }
}
