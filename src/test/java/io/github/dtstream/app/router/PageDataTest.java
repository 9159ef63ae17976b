package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's requests to a running router, with a device that has malicious labels. */
final class PageDataTest {
    private static final String NAME = "=HYPERLINK(\"x\"), <img src=x onerror=alert(1)> \u202e";
    private static final String RULES = """
            alarms:
              - {alarm: warm, value: temperature, raise: {above: 8}, severity: critical}
            """;

    /** Alarms are computed if a route reads them. */
    private static final String TOLD = """
            - route:
                id: told
                from:
                  uri: dt-alarm:*
                  parameters: {subscriber: told}
                  steps:
                    - to: log:told?level=OFF
            """;

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private RouterFixture router;
    private String device;
    private Instant begun;

    @BeforeEach
    void start() throws Exception {
        RouterFixture.addRoute(folder, "files");
        Files.writeString(folder.resolve("routes/alarms.yaml"), RULES);
        Files.writeString(folder.resolve("routes/told.camel.yaml"), TOLD);
        cloud = RouterFixture.cloud();
        device = cloud.addDevice(
                DeviceType.TEMPERATURE, Map.of("name", NAME, "long", "x".repeat(10_000), "</script>", "\"&'\\"));
        router = RouterFixture.start(folder, cloud, Map.of());
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/api/now").at("/streams/0/state").asText().equals("live"));
        begun = Instant.now();
        publish(4.5, -120);
        publish(9.25, -60);
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> device().at("/values/temperature/0").asDouble() == 9.25);
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private void publish(double value, int second) {
        cloud.publish(
                device,
                "temperature",
                "{\"value\":" + value + "}",
                begun.plusSeconds(second),
                SimulatedEvent.Origin.LIVE);
    }

    private JsonNode device() {
        JsonNode devices = router.json("/api/devices").path("devices");
        for (JsonNode one : devices) {
            if (one.path("id").asText().equals(device)) {
                return one;
            }
        }
        return devices.path(0);
    }

    private String span() {
        long now = System.currentTimeMillis();
        return "&from=" + (now - 3_600_000) + "&to=" + (now + 3_600_000);
    }

    @Test
    void tellsHowItDoesAndWhatTheDevicesSay() {
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/api/now").at("/alarms/raised").asInt() == 1);
        JsonNode now = router.json("/api/now");
        assertThat(now.at("/verdict/status").asText()).isEqualTo("UP");
        assertThat(now.at("/verdict/sentence").asText())
                .startsWith("All is well since ")
                .contains("An alarm is raised: warm of ")
                .endsWith("(critical).");
        assertThat(now.at("/streams/0/lastByteSeconds").asDouble()).isBetween(0.0, 60.0);
        assertThat(now.at("/routes/0/route").asText()).isEqualTo("files");
        assertThat(now.at("/disk/0/freeBytes").asLong()).isPositive();

        JsonNode told = device();
        assertThat(told.path("name").asText()).isEqualTo(NAME);
        assertThat(told.at("/labels").path("</script>").asText()).isEqualTo("\"&'\\");
        assertThat(told.at("/labels/long").asText()).hasSize(2_001).endsWith("…");
        assertThat(told.at("/alarm/severity").asText()).isEqualTo("critical");
        assertThat(told.path("listed").asBoolean()).isTrue();
    }

    @Test
    void givesValuesForGraphsAndForSpreadsheets() {
        JsonNode graph = router.json("/api/series?series=" + device + "/temperature" + span());
        assertThat(graph.at("/series/0/v").toString()).isEqualTo("[4.5,9.25]");
        assertThat(graph.at("/series/0/name").asText()).isEqualTo(NAME);
        assertThat(graph.at("/limits/0/above").asDouble()).isEqualTo(8);
        assertThat(graph.path("step").asInt()).isZero();

        HttpResponse<String> csv = router.get("/api/series.csv?series=" + device + "/temperature&separator=;" + span());
        assertThat(csv.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
        assertThat(csv.body().lines().toList())
                .hasSize(3)
                .startsWith("time;device;name;quantity;value;unit")
                .allMatch(line -> line.startsWith("time") || line.contains(";\"'=HYPERLINK(\"\"x\"\"), <img"))
                .last()
                .asString()
                .endsWith(";temperature;9.25;°C");
    }

    @Test
    void saysWhatIsWrongWithAQuestion() {
        assertThat(error("/api/series?from=1&to=2")).contains("400", "1 to 20 series");
        assertThat(error("/api/series?series=x/y&from=1&to=2")).contains("400", "DEVICE/QUANTITY");
        assertThat(error("/api/series?series=x/temperature&from=2&to=1")).contains("400", "from before to");
        assertThat(error("/api/series?series=x/temperature&from=a&to=1")).contains("400", "is not a whole number");
        assertThat(error("/api/tail?limit=x")).contains("400");
        assertThat(error("/api/live?after=x")).contains("400");
        assertThat(error("/api/series.csv?separator=xx&series=x/temperature&from=1&to=2"))
                .contains("400");
        assertThat(router.json("/api/series?series=x/temperature&from=1&to=2")
                        .at("/series/0/v")
                        .toString())
                .isEqualTo("[]");
    }

    private String error(String path) {
        HttpResponse<String> answer = router.get(path);
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void showsRoutesWithTheirTextAndWhatTheyDo() {
        JsonNode routes = router.json("/api/routes");
        assertThat(routes.at("/0/route").asText()).isEqualTo("files");
        assertThat(routes.at("/0/yaml").asText()).contains("dt-stream:{{dt.project-id}}");
        assertThat(routes.at("/0/flow/0/step").asText()).isEqualTo("from");
        assertThat(routes.at("/0/flow/0/what").asText()).isEqualTo("dt-stream:{{dt.project-id}} (files)");
        assertThat(routes.at("/0/flow/1/children/0/step").asText()).isEqualTo("filter");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/api/routes")
                                .at("/0/flow/1/children/0/count")
                                .asLong()
                        >= 2);
        assertThat(routes.at("/0/flow/1/children/0/children/0/what").asText()).startsWith("file:");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/api/routes")
                                .at("/0/flow/1/children/0/children/0/count")
                                .asLong()
                        >= 1);
        assertThat(routes.at("/0/refused").isNull()).isTrue();
        assertThat(router.json("/api/tail?limit=1").at("/events/0/json").asText())
                .startsWith("{");
    }

    @Test
    void saysWhatARefusedEditComplainedOfAndHowItDiffersFromWhatRuns() throws Exception {
        Path file = folder.resolve("routes/files.camel.yaml");
        String runs = Files.readString(file);
        Files.writeString(file, runs.replace("fileExist: Append", "fileExits: Append"));
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/api/routes").at("/0/refused").isObject());

        JsonNode route = router.json("/api/routes").get(0);
        assertThat(route.at("/refused/message").asText())
                .contains("files.camel.yaml:", "error", "fileExits", "did you mean 'fileExist'");
        assertThat(route.at("/refused/diff").asText().lines())
                .anyMatch(line -> line.startsWith("-") && line.contains("fileExist: Append"))
                .anyMatch(line -> line.startsWith("+") && line.contains("fileExits: Append"));
        assertThat(Instant.parse(route.at("/refused/at").asText())).isAfter(begun.minusSeconds(5));
        assertThat(route.path("state").asText()).as("what ran runs on").isEqualTo("started");
        assertThat(route.path("yaml").asText()).contains("fileExist: Append").doesNotContain("fileExits");

        Files.writeString(file, runs);
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/api/routes").at("/0/refused").isNull());
    }

    @Test
    void triesRulesOnWhatWasReceived() throws Exception {
        JsonNode tried = RouterFixture.parse(post("{\"days\":1}").body());
        assertThat(tried.at("/rules/0/alarms").asInt()).isEqualTo(1);
        assertThat(tried.at("/marks/0/device").asText()).isEqualTo(device);
        assertThat(tried.at("/marks/0/quantity").asText()).isEqualTo("temperature");

        HttpResponse<String> faulty = post("{\"rules\":\"alarms:\\n  - {alarm: a, value: warmth}\"}");
        assertThat(faulty.statusCode()).isEqualTo(400);
        assertThat(RouterFixture.parse(faulty.body()).path("line").asInt()).isEqualTo(2);
        assertThat(faulty.body()).contains("warmth");
    }

    private HttpResponse<String> post(String body) throws IOException {
        return router.send(router.request("/api/alarms/try")
                .header("Authorization", "Bearer " + ManagementEndpointFile.tokenOf(router.data))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void tellsWhatComesAsItComesAndGoesOnWhereItWas() throws Exception {
        long seen = router.json("/api/devices").path("sequence").asLong();
        publish(3.75, 0);
        List<String> frames = frames("/api/live?tail=true&after=" + seen, "3.75");
        assertThat(frames).anyMatch(line -> line.startsWith("event: status"));
        assertThat(frames).anyMatch(line -> line.startsWith("event: alarms"));
        String id = frames.stream()
                .filter(line -> line.startsWith("id: "))
                .reduce((one, other) -> other)
                .orElseThrow();
        assertThat(Long.parseLong(id.substring(4))).isGreaterThan(seen);
    }

    /** The lines up to the first frame of values that contains a text. */
    private List<String> frames(String path, String text) throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(router.request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null && !(line.startsWith("data: ") && line.contains("\"values\"") && line.contains(text))) {
                lines.add(line);
                line = reader.readLine();
            }
        }
        return lines;
    }
}
