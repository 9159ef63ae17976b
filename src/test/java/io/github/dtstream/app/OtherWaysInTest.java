package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that gets events from files by the shelf's route, in addition to the stream and instead of it. */
class OtherWaysInTest {
    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private RouterFixture router;

    @BeforeEach
    void prepare() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        RouterFixture.addRoute(folder, "keeper");
        Files.copy(
                Path.of("routes/examples/import-events.camel.yaml"), folder.resolve("routes/import-events.camel.yaml"));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private void start(Map<String, String> settings) throws Exception {
        router = RouterFixture.start(folder, cloud, settings);
    }

    private void importFile(String name, String text) throws Exception {
        Path in = Files.createDirectories(folder.resolve("data/import"));
        Files.writeString(in.resolve(name + ".part"), text);
        Files.move(in.resolve(name + ".part"), in.resolve(name));
    }

    private List<String> kept() throws Exception {
        Path file = folder.resolve("out/keeper.txt");
        return RouterFixture.lines(file);
    }

    private void awaitKept(String... ids) {
        await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
            List<String> lines = kept();
            assertThat(lines).hasSize(ids.length);
            assertThat(lines)
                    .allSatisfy(line -> assertThat(ids)
                            .contains(RouterFixture.parse(line).path("eventId").asText()));
        });
    }

    private String event(String id) {
        return "{\"eventId\":\"" + id + "\",\"targetName\":\"projects/" + cloud.projectId() + "/devices/" + device
                + "\",\"eventType\":\"touch\",\"data\":{\"touch\":{}},\"timestamp\":\"2026-05-29T10:00:00Z\"}";
    }

    private JsonNode part(String name) {
        for (JsonNode check : router.json("/health").get("checks")) {
            if (check.get("part").asText().startsWith(name + " ")) {
                return check;
            }
        }
        throw new AssertionError("no part " + name);
    }

    private void awaitStream(String status, String... message) {
        await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
            JsonNode part = part("stream");
            assertThat(part.get("status").asText()).as(part.toString()).isEqualTo(status);
            assertThat(part.get("message").asText()).contains(message);
        });
    }

    private String list() {
        return RouterFixture.command("list", "--data-dir", router.data.toString())
                .out();
    }

    @Test
    void livesByPushAloneWithoutAServiceAccountAndSaysSo() throws Exception {
        start(Map.of(
                "dt.streaming", "false",
                "dt.service-account-key-id", "",
                "dt.service-account-secret", "",
                "dt.service-account-email", ""));
        awaitStream("UP", "events come by push alone, none has since the start; nothing shows what is missing");
        assertThat(router.get("/health/ready").statusCode()).isEqualTo(200);

        importFile("one.ndjson", event("e1") + "\n" + event("e2") + "\n");
        importFile("two.json", "[" + event("e2") + "," + event("e3") + "]");
        awaitKept("e1", "e2", "e3");
        await().until(() -> Files.exists(folder.resolve("data/import/.camel/two.json")));
        awaitStream("UP", "events come by push alone, the last at ");
        assertThat(part("gaps").get("message").asText()).isEqualTo("none is open");
        assertThat(router.json("/api/now").at("/verdict/sentence").asText())
                .contains("every event that is pushed is stored, and is delivered by every route; what is not pushed,");
        assertThat(list()).containsPattern("/default +push +3 ").contains("4 events came by push, the last ");
        assertThat(router.get("/metrics").body())
                .contains("dt_stream_events_pushed_total{stream=\"" + cloud.projectId() + "/default\"} 4")
                .doesNotContain("dt_stream_live");
        assertThat(cloud.latestRequests()).isEmpty();
    }

    @Test
    void setsAFileAsideThatHoldsSomethingElse() throws Exception {
        start(Map.of());
        importFile("bad.ndjson", event("e1") + "\n{}\n");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> Files.exists(folder.resolve("data/import/.refused/bad.ndjson")));
        importFile("good.ndjson", event("e2"));
        awaitKept("e2");
    }

    @Test
    void isNotDownWhileTheStreamIsAndEventsComeByPush() throws Exception {
        start(Map.of());
        awaitStream("UP", "receiving since");
        cloud.faults().respond(Target.STREAM, Integer.MAX_VALUE, 503);
        cloud.faults().endStreams(Faults.StreamEnd.CUT);
        awaitStream("DOWN", "failed in a row");
        assertThat(router.get("/health/ready").statusCode()).isEqualTo(503);

        SimulatedEvent missed = cloud.publish(device, "touch", "{}");
        importFile("one.json", missed.toString());
        awaitKept(missed.eventId());
        awaitStream("DEGRADED", "failed in a row", "; events come by push, too, the last at ");
        assertThat(router.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(router.json("/api/now").at("/verdict/sentence").asText())
                .contains("is interrupted since", ", and events come by push");

        cloud.faults().clear();
        awaitStream("UP", "receiving since");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> part("gaps").get("message").asText().equals("none is open"));
        awaitKept(missed.eventId());
    }

    @Test
    void aStreamThatIsRefusedDoesNotEndARouterThatAppendsEvents() throws Exception {
        cloud.faults().respond(Target.STREAM, Integer.MAX_VALUE, 403);
        start(Map.of("dt.max-retries", "0"));
        awaitStream("DOWN", "stopped: ");
        importFile("one.json", event("e1"));
        awaitKept("e1");
        awaitStream("DEGRADED", "stopped: ");
    }
}
