package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.route.reload.Saved;
import io.github.dtstream.simulator.SimulatedCloud;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's route that answers HTTP, on the router's own port. */
class PlatformHttpRouteTest {
    private static final String ROUTE = """
            - route:
                id: hook
                from:
                  uri: platform-http:/hook
                  steps:
                    - setBody:
                        simple: "%s ${body}"
            """;

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private RouterFixture router;

    @BeforeEach
    void start() throws Exception {
        cloud = RouterFixture.cloud();
        RouterFixture.addRoute(folder, "events");
        Files.writeString(folder.resolve("routes/hook.camel.yaml"), ROUTE.formatted("got"));
        router = RouterFixture.start(folder, cloud, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private HttpResponse<String> post(String path, String body) {
        return router.send(router.request(path)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void answersBesideHealthAndIsReloaded() throws Exception {
        assertThat(post("/hook", "this").body()).isEqualTo("got this");
        assertThat(router.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(router.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(router.get("/nothing").body()).contains("/health/live");

        Saved.at(folder.resolve("routes/hook.camel.yaml"), ROUTE.formatted("had"));

        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(post("/hook", "that").body()).isEqualTo("had that"));

        Files.delete(folder.resolve("routes/hook.camel.yaml"));

        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(
                        () -> assertThat(post("/hook", "that").statusCode()).isEqualTo(404));
    }

    @Test
    void takesNoBodyThatIsTooLong() {
        assertThat(post("/hook", "x".repeat(2_000_000)).statusCode()).isEqualTo(413);
    }
}
