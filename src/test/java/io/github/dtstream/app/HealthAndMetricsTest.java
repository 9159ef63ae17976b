package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.management.PrometheusRules;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Target;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** /health and /metrics while the cloud and a sink fail and recover. */
class HealthAndMetricsTest {
    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private RouterFixture router;

    @BeforeEach
    void startRouter() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        RouterFixture.addRoute(folder, "keeper");
        router = RouterFixture.start(folder, cloud, Map.of());
        awaitPart("stream", "UP", "receiving since");
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private void publish() {
        cloud.publish(device, "temperature", "{\"value\":21.5}");
    }

    private JsonNode part(String name) {
        for (JsonNode check : router.json("/health").get("checks")) {
            if (check.get("part").asText().startsWith(name + " ")) {
                return check;
            }
        }
        throw new AssertionError("no part " + name);
    }

    private void awaitPart(String name, String status, String message) {
        await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
            JsonNode part = part(name);
            assertThat(part.get("status").asText()).as(part.toString()).isEqualTo(status);
            assertThat(part.get("message").asText()).contains(message);
        });
    }

    private double metric(String sample) {
        Matcher line = Pattern.compile("^" + Pattern.quote(sample) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(router.get("/metrics").body());
        assertThat(line.find()).as(sample).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private String ofRoute(String name) {
        return name + "{project=\"" + cloud.projectId() + "\",route=\"keeper\",subscriber=\"keeper\"}";
    }

    private String ofStream(String name) {
        return name + "{stream=\"" + cloud.projectId() + "/default\"}";
    }

    @Test
    void writesWhatItMeasuresByTheRulesOfPrometheus() {
        publish();
        awaitPart("route", "UP", "delivered all there is");

        assertThat(PrometheusRules.check(router.get("/metrics").body()))
                .containsEntry("dt_stream_events_received_total", "counter")
                .containsEntry("dt_journal_bytes", "gauge")
                .containsEntry("dt_gaps", "gauge")
                .containsEntry("dt_route_delivered_events_total", "counter")
                .containsEntry("dt_route_lag_events", "gauge")
                .containsEntry("dt_disk_free_bytes", "gauge")
                .containsEntry("dt_memory_budget_bytes", "gauge");
    }

    @Test
    void tellsWhatEventsTakeOfTheMemoryThatThereIsForThem() {
        publish();
        awaitPart("route", "UP", "delivered all there is");

        assertThat(metric("dt_memory_used_bytes{holder=\"tail\"}"))
                .isPositive()
                .isLessThan(metric("dt_memory_budget_bytes"));
        await().atMost(RouterFixture.PATIENCE).until(() -> metric("dt_memory_used_bytes{holder=\"pending\"}") == 0);
        assertThat(RouterFixture.command("list", "--data-dir", router.data.toString())
                        .out())
                .containsPattern(
                        "MEMORY for events: \\d+\\.\\d MB; reading \\d+\\.\\d, pushed \\d+\\.\\d, pending \\d+\\.\\d, tail \\d+\\.\\d, batches");
    }

    @Test
    void goesDownWithTheCloudAndUpWithIt() throws Exception {
        assertThat(router.get("/health").statusCode()).isEqualTo(200);

        cloud.faults().respond(Target.STREAM, 1000, 503);
        cloud.faults().endStreams(Faults.StreamEnd.CUT);

        awaitPart("stream", "DOWN", "failed in a row, the next one is at");
        assertThat(router.get("/health/live").statusCode())
                .as("the cloud is away, the process well")
                .isEqualTo(200);
        assertThat(router.get("/health/ready").statusCode()).isEqualTo(503);
        awaitPart("gaps", "DEGRADED", "1 open, the oldest since");
        HttpResponse<String> down = router.get("/health");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(RouterFixture.parse(down.body()).get("status").asText()).isEqualTo("DOWN");
        assertThat(metric("dt_health_status")).isEqualTo(2);
        assertThat(metric(ofStream("dt_stream_live"))).isZero();
        assertThat(metric(ofStream("dt_stream_interruptions_total"))).isEqualTo(1);
        assertThat(metric(ofStream("dt_stream_retries_total"))).isPositive();

        cloud.faults().clear();

        awaitPart("stream", "UP", "receiving since");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> metric(ofStream("dt_stream_failures_in_a_row")) == 0
                        && metric(ofStream("dt_stream_live")) == 1);
    }

    @Test
    void namesTheDevicesThatHistoryDoesNotGive() {
        cloud.faults().respond(Target.HISTORY, 1000, 404);
        cloud.faults().endStreams(Faults.StreamEnd.CUT);

        awaitPart("gaps", "DEGRADED", "the history of 1 of 1 devices could not be read: " + device + ":");
        JsonNode gap = router.json("/gaps").get(cloud.projectId() + "/default").get(0);
        assertThat(gap.get("state").asText()).isEqualTo("filling");
        assertThat(gap.get("unread").get(0).asText()).isEqualTo(device);
        assertThat(gap.get("unreadBecause").get(0).asText()).startsWith(device).contains("404");
    }

    @Test
    void goesDownWithASinkAndUpWithIt() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("out"), "a file where a folder should be");

        publish();

        awaitPart("route", "DOWN", "deliveries fail for");
        awaitPart("route", "DOWN", "and it is tried again");
        assertThat(part("stream").get("status").asText()).isEqualTo("UP");
        assertThat(router.get("/health").statusCode()).isEqualTo(503);
        assertThat(router.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(router.get("/health/ready").statusCode())
                .as("receives and writes its journal")
                .isEqualTo(200);
        assertThat(metric(ofRoute("dt_route_failing"))).isEqualTo(1);
        assertThat(metric(ofRoute("dt_route_failures_total"))).isPositive();

        Files.delete(inTheWay);

        awaitPart("route", "UP", "delivered all there is");
        assertThat(metric(ofRoute("dt_route_failing"))).isZero();
    }

    @Test
    void countsWhatPrometheusMakesRatesOf() {
        publish();
        cloud.faults().duplicate(1);
        publish();
        cloud.publishRaw("this is no event");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> metric(ofRoute("dt_route_delivered_events_total")) >= 2
                        && metric(ofStream("dt_stream_records_rejected_total")) == 1
                        && metric(ofStream("dt_journal_duplicates_total")) == 1);

        String text = router.get("/metrics").body();

        for (String line :
                text.lines().filter(line -> line.startsWith("# TYPE dt_")).toList()) {
            String[] words = line.split(" ");
            assertThat(words[3]).as(line).isEqualTo(words[2].endsWith("_total") ? "counter" : "gauge");
            assertThat(text).contains("# HELP " + words[2] + " ");
        }
        assertThat(metric(ofStream("dt_stream_events_received_total"))).isGreaterThanOrEqualTo(3);
        assertThat(metric(ofStream("dt_stream_events_history_total"))).isZero();
        assertThat(metric(ofStream("dt_journal_events"))).isGreaterThanOrEqualTo(2);
        assertThat(metric(ofRoute("dt_route_last_delivered_timestamp_seconds"))).isGreaterThan(1.7e9);
        assertThat(metric(ofStream("dt_stream_last_received_timestamp_seconds")))
                .isGreaterThan(1.7e9);
        for (String state : new String[] {"open", "filling", "closed", "unfillable"}) {
            assertThat(metric("dt_gaps{state=\"" + state + "\",stream=\"" + cloud.projectId() + "/default\"}"))
                    .isZero();
        }
        assertThat(text).contains("jvm_memory_used_bytes", "process_uptime_seconds");
        assertThat(text).doesNotContain(cloud.account().secret());
    }

    @Test
    void tellsHowFarHistoryIs() {
        cloud.faults().endStreams(Faults.StreamEnd.CUT);
        cloud.publish(
                device,
                "temperature",
                "{\"value\":20}",
                Clock.systemUTC().instant(),
                SimulatedEvent.Origin.HISTORY_ONLY);

        await().atMost(RouterFixture.PATIENCE)
                .until(() -> metric(ofStream("dt_stream_interruptions_total")) == 1
                        && part("stream").get("status").asText().equals("UP"));
        awaitPart("gaps", "DEGRADED", "open");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.get("/metrics").body().contains("dt_gap_fill_devices{gap=\"1\""));
        assertThat(router.get("/metrics").body()).contains("dt_gaps_oldest_begin_timestamp_seconds");
    }

    @Test
    void tellsOfALedgerThatCannotBeWritten() throws Exception {
        Path ledger = folder.resolve("data/gaps").resolve(cloud.projectId()).resolve("default/gaps.json");
        Files.createDirectories(ledger.resolveSibling("gaps.json.next").resolve("in the way"));

        cloud.faults().endStreams(Faults.StreamEnd.CUT);

        awaitPart("gaps", "DEGRADED", "the gap ledger cannot be written");
        assertThat(router.json("/routes")
                        .get("streams")
                        .get(0)
                        .path("ledgerProblem")
                        .asText())
                .contains("gaps.json");
    }
}
