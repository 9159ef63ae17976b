package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.weather.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthProbeTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int ask(String... questions) {
        said.reset();
        return HealthProbe.ask(folder.resolve("data"), questions, new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void saysWhetherTheRouterLivesAndWhetherItReceives() throws Exception {
        RouterFixture.addRoute(folder, "keeper");
        try (SimulatedCloud cloud = RouterFixture.cloud();
                RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
            await().atMost(RouterFixture.PATIENCE).until(() -> ask("ready") == 0);
            assertThat(said()).contains("\"status\" : \"UP\"");

            cloud.faults().respond(Target.STREAM, 1000, 503);
            cloud.faults().endStreams(Faults.StreamEnd.CUT);

            await().atMost(RouterFixture.PATIENCE).until(() -> ask("ready") == 1);
            assertThat(said()).contains("\"status\" : \"DOWN\"");
            assertThat(ask("live")).isZero();
            assertThat(router.data).exists();
        }
        assertThat(ask("live")).isEqualTo(1);
        assertThat(said()).contains("no router answers yet");
    }

    @Test
    void isNotContentWithARouterThatIsGoneOrSomethingElseThatAnswers() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("management.token"), "t\n");
        Files.writeString(data.resolve("management.port"), "1\n");
        assertThat(ask("live")).isEqualTo(1);
        Files.writeString(data.resolve("management.port"), "x\n");
        assertThat(ask("live")).isEqualTo(1);
        assertThat(said()).contains("no router answers");
    }

    @Test
    void isNotContentWithAConnectionThatEndsWithoutAnAnswer() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("management.token"), "t\n");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(data.resolve("management.port"), silent.getLocalPort() + "\n");
            Thread server = new Thread(() -> {
                try (Socket client = silent.accept()) {
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The probe has ended.
                }
            });
            server.start();
            assertThat(ask("live")).isEqualTo(1);
            server.join();
        }
        assertThat(said()).contains("closed the connection without an HTTP response");
    }

    @Test
    void wantsOneQuestion() {
        assertThat(ask()).isEqualTo(64);
        assertThat(ask("lively")).isEqualTo(64);
        assertThat(said()).contains("live | ready");
    }
}
