package io.github.dtstream.app.router;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.Main;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;

/** A router in this process, with a simulated cloud; commands and HTTP requests reach it as from another process. */
public final class RouterFixture implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * A stream is live from its first byte, which is a ping if no event comes: pings are frequent here, and may be
     * late, as the machine may be busy.
     */
    public static final Map<String, String> PINGS =
            Map.of("dt.ping-interval", "1s", "camel.component.dt-stream.pingJitter", "60s");

    private static final String ROUTE = """
            - route:
                id: %1$s
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters:
                    subscriber: %1$s
                    maxBatchSize: 50
                    redeliveryDelay: 100
                    maxRedeliveryDelay: 200
                  steps:
                    - split:
                        simple: "${body}"
                        steps:
                          - filter:
                              simple: "${header.DtEventType} != 'ping'"
                              steps:
                                - to:
                                    uri: file:%2$s
                                    parameters:
                                      fileName: %1$s.txt
                                      fileExist: Append
                                      appendChars: "\\\\n"
            """;

    public final Path data;
    private final Router router;
    private final FutureTask<ExitCode> run;
    private final HttpClient http = HttpClient.newHttpClient();

    private RouterFixture(Path data, Router router, Callable<ExitCode> run) {
        this.data = data;
        this.router = router;
        this.run = new FutureTask<>(run);
    }

    /** A cloud whose history shows each event at once. */
    public static SimulatedCloud cloud() throws IOException {
        SimulatorSettings settings = SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO);
        return SimulatedCloud.start(settings, Clock.systemUTC(), new Random(1));
    }

    /** Adds a route and subscriber with that name, which appends each event to {@code out/NAME.txt}. */
    public static void addRoute(Path folder, String name) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("routes")).resolve(name + ".camel.yaml"),
                ROUTE.formatted(name, folder.resolve("out")));
    }

    /** Starts it with the routes in {@code folder/routes}, and waits until it answers. */
    public static RouterFixture start(Path folder, SimulatedCloud cloud, Map<String, String> more) throws Exception {
        return start(folder, cloud, more, context -> {});
    }

    /** The same, with access to the Camel context before routes are loaded. */
    static RouterFixture start(
            Path folder, SimulatedCloud cloud, Map<String, String> more, Consumer<CamelContext> prepare)
            throws Exception {
        String data = more.getOrDefault("dt.data-dir", folder.resolve("data").toString());
        Router router = router(folder, cloud, more, prepare);
        return of(Path.of(data), router, router::run);
    }

    /** Starts a router that is made already, and waits until it answers. */
    static RouterFixture of(Path data, Router router, Callable<ExitCode> run) throws Exception {
        RouterFixture fixture = new RouterFixture(data, router, run);
        Thread thread = new Thread(fixture.run, "router");
        thread.setDaemon(true);
        thread.start();
        fixture.awaitStart();
        return fixture;
    }

    /** A router that is not started, with its data in {@code folder/data} if nothing else is set. */
    static Router router(Path folder, SimulatedCloud cloud, Map<String, String> more, Consumer<CamelContext> prepare) {
        Map<String, String> values = new HashMap<>(Map.of(
                "dt.api-url", cloud.baseUri().toString(),
                "dt.token-url", cloud.tokenUri().toString(),
                "dt.project-id", cloud.projectId(),
                "dt.service-account-key-id", cloud.account().keyId(),
                "dt.service-account-secret", cloud.account().secret(),
                "dt.service-account-email", cloud.account().email(),
                "dt.max-retries", "-1",
                "dt.http-port", "0",
                "dt.data-dir", folder.resolve("data").toString()));
        values.putAll(PINGS);
        values.putAll(more);
        Settings settings = Settings.of(values);
        return new Router(settings, folder, () -> settings, prepare);
    }

    private void awaitStart() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(data.resolve("management.port")) || Files.size(data.resolve("management.port")) == 0) {
            if (run.isDone()) {
                throw new AssertionError("the router has ended: " + run.get());
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("the router does not start");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /**
     * Waits until the first stream is live by the router's own account: the cloud also counts the stream of a router that has
     * just ended, until it writes to it.
     */
    public void awaitLive() {
        await("a live stream")
                .atMost(PATIENCE)
                .until(() -> json("/routes").at("/streams/0/state").asText().equals("live"));
    }

    /** The lines that are written completely: a file may be read while its last line is appended. */
    public static List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    public JsonNode json(String path) {
        return parse(get(path).body());
    }

    public static JsonNode parse(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    public HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ManagementEndpointFile.portOf(data) + path));
        } catch (IOException e) {
            throw new AssertionError("no port is noted", e);
        }
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request + " fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The output and exit code of a command. */
    public record Ended(int code, String out, String err) {}

    /** Runs a command as the jar does. */
    public static Ended command(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    /** Waits until it has ended by itself. */
    ExitCode awaitEnd() throws Exception {
        return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        router.stop(PATIENCE);
        run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
