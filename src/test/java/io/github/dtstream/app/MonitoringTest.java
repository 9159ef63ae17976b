package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.management.PrometheusRules;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Grafana dashboard and the Prometheus alerts use only metrics that a running router has. */
class MonitoringTest {
    private static final Path MONITORING = Path.of("src/main/docs/monitoring");
    private static final Path DASHBOARD = MONITORING.resolve("grafana-dashboard.json");
    private static final Path ALERTS = MONITORING.resolve("alerts.yml");

    private static final Pattern NAME = Pattern.compile("\\b(?:dt|jvm|process|system)_[a-z0-9_]+");

    /** A route to an unreachable broker, whose metrics exist nevertheless. */
    private static final String TO_BROKER = """
            - route:
                id: broker
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters: {subscriber: broker}
                  steps:
                    - to: {uri: "dt-mqtt:x", parameters: {brokerUrl: "tcp://127.0.0.1:1"}}
            """;

    /** A gap of long ago. */
    private static final String UNFILLABLE = """
            {"version":1,"nextId":2,"gaps":[{"id":1,"state":"unfillable","from":"2026-01-01T00:00:00Z",
             "to":"2026-01-02T00:00:00Z","reason":"silence","interruptions":1,"started":null,
             "ended":"2026-03-01T00:00:00Z","unfillable":"too old"}]}
            """;

    @TempDir
    private Path folder;

    /** The metrics of a router with a gap, files, a broker and alarms. */
    private String metrics() throws Exception {
        RouterFixture.addRoute(folder, "keeper");
        Files.writeString(folder.resolve("routes/broker.camel.yaml"), TO_BROKER);
        Files.copy(Path.of("routes/alarms.yaml"), folder.resolve("routes/alarms.yaml"));
        Files.copy(Path.of("routes/alarms-to-log.camel.yaml"), folder.resolve("routes/alarms-to-log.camel.yaml"));
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            cloud.addDevices(1, DeviceType.TEMPERATURE);
            Path ledger = folder.resolve("data/gaps/" + cloud.projectId() + "/default/gaps.json");
            Files.createDirectories(ledger.getParent());
            Files.writeString(ledger, UNFILLABLE);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.get("/metrics").body().contains("dt_stream_last_received_timestamp"));
                cloud.faults().respond(Target.STREAM, 1000, 503);
                cloud.faults().endStreams(Faults.StreamEnd.CUT);
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.get("/metrics").body().contains("dt_gaps_oldest_begin_timestamp"));
                return router.get("/metrics").body();
            }
        }
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    private static String expressions(JsonNode node) {
        StringBuilder found = new StringBuilder();
        node.findValuesAsText("expr")
                .forEach(expression -> found.append(expression).append('\n'));
        return found.toString();
    }

    @Test
    void everyMetricThatDashboardAndAlertsAskForIsThereAndPromtoolHasNothingToSay() throws Exception {
        String metrics = metrics();
        Set<String> there = names(metrics.replaceAll("(?m)^#.*$", ""));
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());

        assertThat(there).containsAll(names(expressions(dashboard)));
        // The rules only use metrics that exist; that includes names that only occur in a sentence.
        assertThat(there).containsAll(names(Files.readString(ALERTS)));

        assumeThat(isThere("promtool"))
                .as("promtool is installed (package prometheus)")
                .isTrue();
        Path file = Files.writeString(folder.resolve("metrics.txt"), metrics);
        assertThat(output(folder, file, "promtool", "check", "metrics")).isEmpty();
    }

    @Test
    void noPanelAsksWithoutTheSelectionOfTheDashboardAndNoneIsAnotherOnesDouble() throws IOException {
        JsonNode panels = new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels");

        Set<String> expressions = new TreeSet<>();
        Set<Integer> identifiers = new TreeSet<>();
        for (JsonNode panel : panels) {
            assertThat(identifiers.add(panel.path("id").asInt()))
                    .as(panel.path("title").asText())
                    .isTrue();
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr").asText();
                long selected = expression.split("job=~\"\\$job\", instance=~\"\\$instance\"", -1).length - 1;
                assertThat(selected).as(expression).isEqualTo(names(expression).size());
                expressions.add(panel.path("type").asText() + expression);
            }
        }
        assertThat(expressions).hasSize(panels.findValues("expr").size());
        assertThat(dashboardVariable("datasource")).isNotInstanceOf(MissingNode.class);
    }

    private static JsonNode dashboardVariable(String name) throws IOException {
        for (JsonNode variable : new ObjectMapper()
                .readTree(DASHBOARD.toFile())
                .path("templating")
                .path("list")) {
            if (variable.path("name").asText().equals(name)) {
                return variable;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void whatSensorsMeasureStandsInMetricsIfItIsAskedForUpToABoundAndByTheRules() throws Exception {
        RouterFixture.addRoute(folder, "keeper");
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            List<String> devices = new ArrayList<>(cloud.addDevices(1, DeviceType.TEMPERATURE));
            devices.add(cloud.addDevice(DeviceType.CONTACT, Map.of("name", "Door \"A\"\n<img>")));
            devices.add(cloud.addDevice(DeviceType.CO2, Map.of()));
            Collections.sort(devices);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of("dt.device-metrics", "2"))) {
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.get("/metrics").body().contains("dt_stream_last_received_timestamp"));
                for (String device : devices) {
                    cloud.publish(device, "temperature", "{\"value\":-21.5}");
                    cloud.publish(device, "contact", "{\"state\":\"OPEN\"}");
                    cloud.publish(device, "humidity", "{\"temperature\":-21.5,\"relativeHumidity\":45}");
                    cloud.publish(device, "touch", "{}");
                    cloud.publish(device, "touchCount", "{\"total\":7}");
                }
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.get("/metrics").body().contains("dt_device_metrics_left_out_devices 1.0"));
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.get("/metrics").body().split("\\Rdt_device_touches_total").length == 3);
                String metrics = router.get("/metrics").body();

                PrometheusRules.check(metrics.replace("\\\"", "'"));
                assertThat(metrics)
                        .containsPattern("dt_device_temperature_celsius\\{device=\"" + devices.get(0)
                                + "\",name=\".*\",project=\"" + cloud.projectId() + "\"} -21.5")
                        .containsPattern("dt_device_humidity_ratio\\{.*} 0.45")
                        .containsPattern("dt_device_touches_total\\{.*} 7.0")
                        .containsPattern("dt_device_state\\{.*quantity=\"contact\",state=\"OPEN\"} 1.0")
                        .containsPattern("dt_device_state\\{.*quantity=\"contact\",state=\"CLOSED\"} 0.0")
                        .contains("dt_device_touched_timestamp_seconds", "dt_device_last_seen_timestamp_seconds")
                        .doesNotContain("\n<img>", devices.get(2));
                assumeThat(isThere("promtool")).as("promtool is installed").isTrue();
                Path file = Files.writeString(folder.resolve("metrics.txt"), metrics);
                assertThat(output(folder, file, "promtool", "check", "metrics")).isEmpty();
            }
        }
    }

    @Test
    void alertsFireWhenTheyShouldAndNotElse() throws Exception {
        assumeThat(isThere("promtool"))
                .as("promtool is installed (package prometheus)")
                .isTrue();

        assertThat(output(MONITORING, null, "promtool", "test", "rules", "alerts.test.yml"))
                .contains("SUCCESS");
        assertThat(names(Files.readString(MONITORING.resolve("alerts.test.yml"))))
                .as("every metric that an alert asks for is tried")
                .containsAll(names(Files.readString(ALERTS)));
    }

    private static boolean isThere(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }

    private static String output(Path directory, Path input, String... command) throws Exception {
        Path said = Files.createTempFile("promtool", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            if (input != null) {
                builder.redirectInput(input.toFile());
            }
            Process process = builder.start();
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
            String output = Files.readString(said);
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            Files.delete(said);
        }
    }
}
