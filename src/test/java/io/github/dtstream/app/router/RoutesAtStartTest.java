package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does about routes that are broken. */
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
}
