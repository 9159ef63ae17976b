package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The shelf's route to InfluxDB, with installed servers. */
final class InfluxServersTest {
    private static final Path ROUTE = Path.of("routes/examples/influxdb.camel.yaml");
    /** The address and its options, in the lines of the route and in its comments. */
    private static final String SINK = "uri: \"\\{\\{influx.url}}.*|parameters: \\{httpMethod.*";

    private static final Pattern INSTEAD = Pattern.compile("(?m)^# +(" + SINK + ")$");
    private static final Pattern USUAL = Pattern.compile("(?m)^ +(" + SINK + ")$");
    private static final Instant HOUR = Instant.parse("2026-05-29T10:00:00.000001Z");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private SimulatedCloud cloud;
    private String device;

    @BeforeEach
    void startCloud() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevice(DeviceType.CO2, Map.of("name", "Freezer \"3\", left=cold C:\\"));
    }

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    /** A server of one program. */
    private static final class Server extends SystemServer {
        private final Process process;

        Server(String program, List<String> options, Map<String, String> files) throws Exception {
            super(program);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(Path.of(file(file.getKey())), filled(file.getValue()));
            }
            process = start(
                    "log", program(program), options.stream().map(this::filled).toArray(String[]::new));
        }

        private String filled(String text) {
            return text.replace("FOLDER", file(".")).replace("PORT", String.valueOf(port()));
        }

        static Path program(String name) {
            return Path.of("/usr/bin", name);
        }

        @Override
        void crash() throws Exception {
            process.destroyForcibly().waitFor();
        }
    }

    static boolean hasInfluxDb() {
        return Files.isExecutable(Server.program("influxd"));
    }

    static boolean hasVictoriaMetrics() {
        return Files.isExecutable(Server.program("victoria-metrics"));
    }

    /** Answers once the server is up. */
    private JsonNode get(SystemServer server, String path, String query) {
        List<JsonNode> answer = new ArrayList<>();
        await().atMost(RouterFixture.PATIENCE).ignoreExceptions().until(() -> {
            URI uri = URI.create(
                    "http://127.0.0.1:" + server.port() + path + URLEncoder.encode(query, StandardCharsets.UTF_8));
            // InfluxDB requires this for statements that change something, and accepts it for others.
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            return answer.add(RouterFixture.parse(
                    http.send(request, BodyHandlers.ofString()).body()));
        });
        return answer.get(0);
    }

    /**
     * Sends an event of each type, one with two Cloud Connectors, and one with two samples, and waits until they are
     * delivered.
     */
    private void deliver(SystemServer server, String route) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("routes")).resolve("influxdb.camel.yaml"), route);
        Map<String, String> settings = Map.of(
                "influx.url", "http://127.0.0.1:" + server.port(),
                "influx.org", "",
                "influx.bucket", "sensors",
                "influx.token", "any");
        try (RouterFixture router = RouterFixture.start(folder, cloud, settings)) {
            await().atMost(RouterFixture.PATIENCE).until(() -> cloud.openStreams() == 1);
            EventTypes.DATA.forEach((type, data) -> cloud.publish(device, type, data, HOUR, Origin.LATE));
            cloud.publish(
                    device,
                    "networkStatus",
                    "{\"signalStrength\":1,\"cloudConnectors\":[{\"id\":\"c1\",\"rssi\":-9},{\"id\":\"c2\",\"rssi\":-9}]}",
                    HOUR.plusSeconds(60),
                    Origin.LATE);
            cloud.publish(
                    device,
                    "temperature",
                    "{\"value\":4.5,\"samples\":[{\"value\":4.5,\"sampleTime\":\"2026-05-29T10:10:00Z\"},{\"value\":4,\"sampleTime\":\"2026-05-29T10:05:00Z\"}]}",
                    HOUR.plusSeconds(600),
                    Origin.LATE);
            int count = EventTypes.DATA.size() + 2;
            await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
                JsonNode state = router.json("/routes").at("/routes/0");
                assertThat(state.get("delivered").asLong()).as(state.toString()).isGreaterThanOrEqualTo(count);
                assertThat(state.get("lag").asLong()).as(state.toString()).isZero();
                assertThat(state.get("refused").asLong()).as(state.toString()).isZero();
            });
        }
    }

    @Test
    @EnabledIf(value = "hasInfluxDb", disabledReason = "InfluxDB is not installed (Debian: influxdb)")
    void anInfluxDbWithoutTheNewerPathTakesEveryTypeByTheLinesThatTheCommentsSay() throws Exception {
        String text = Files.readString(ROUTE);
        Iterator<String> instead =
                INSTEAD.matcher(text).results().map(result -> result.group(1)).iterator();
        String route = USUAL.matcher(text)
                .replaceAll(usual -> Matcher.quoteReplacement(usual.group().replace(usual.group(1), instead.next())));
        assertThat(instead).isExhausted();
        String configuration = """
                reporting-disabled = true
                bind-address = "127.0.0.1:0"
                [meta]
                dir = "FOLDER/meta"
                [data]
                dir = "FOLDER/data"
                wal-dir = "FOLDER/wal"
                [http]
                bind-address = "127.0.0.1:PORT"
                """;
        try (Server server = new Server("influxd", List.of("-config", "FOLDER/conf"), Map.of("conf", configuration))) {
            get(server, "/query?q=", "create database sensors");

            deliver(server, route);

            Set<String> measurements = new HashSet<>();
            get(server, "/query?db=sensors&q=", "show measurements")
                    .at("/results/0/series/0/values")
                    .forEach(row -> measurements.add(row.get(0).asText()));
            assertThat(measurements).isEqualTo(EventTypes.DATA.keySet());
            assertThat(get(
                                    server,
                                    "/query?db=sensors&q=",
                                    "select value from temperature where value >= 4 and value <= 4.5")
                            .at("/results/0/series/0/values")
                            .toString())
                    .contains("2026-05-29T10:05:00Z\",4", "2026-05-29T10:10:00Z\",4.5");
            assertThat(get(
                                    server,
                                    "/query?db=sensors&q=",
                                    "select rssi, connector, \"name\" from networkStatus where rssi = -9")
                            .at("/results/0/series/0/values")
                            .toString())
                    .contains(
                            "\"2026-05-29T10:01:00.000001Z\",-9,\"c1\",\"Freezer \\\"3\\\", left=cold C: \"", "\"c2\"");
        }
    }

    @Test
    @EnabledIf(
            value = "hasVictoriaMetrics",
            disabledReason = "VictoriaMetrics is not installed (Debian: victoria-metrics)")
    void victoriaMetricsTakesWhatIsANumberFromTheRouteAsItIs() throws Exception {
        List<String> options =
                List.of("-storageDataPath=FOLDER/data", "-httpListenAddr=127.0.0.1:PORT", "-retentionPeriod=100y");
        try (Server server = new Server("victoria-metrics", options, Map.of())) {
            get(server, "/api/v1/query?query=", "1");

            deliver(server, Files.readString(ROUTE));

            await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
                get(server, "/internal/force_flush?x=", "");
                assertThat(get(server, "/api/v1/export?match[]=", "temperature_value")
                                .toString())
                        .contains("1780049100000,1780049400000");
            });
        }
    }
}
