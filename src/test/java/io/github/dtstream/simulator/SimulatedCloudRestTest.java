package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.time.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SimulatedCloudRestTest {
    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private SimulatedCloud cloud;
    private CloudClient client;
    private String bearer;

    @AfterEach
    void stop() {
        if (cloud != null) {
            cloud.close();
        }
    }

    private void start(SimulatorSettings settings) throws Exception {
        cloud = SimulatedCloud.start(settings, clock, new SplittableRandom(1));
        client = new CloudClient(cloud, clock);
        bearer = "Bearer " + client.token();
    }

    private void start() throws Exception {
        start(SimulatorSettings.defaults());
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = client.get(path, bearer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return CloudClient.json(answer.body());
    }

    @Test
    void givesATokenForAGoodAssertionOnly() throws Exception {
        start();
        String secret = cloud.account().secret();
        String email = cloud.account().email();
        String audience = cloud.tokenUri().toString();
        Instant now = clock.instant();

        JsonNode good = CloudClient.json(client.exchange(client.assertion()).body());
        assertThat(good.path("token_type").asText()).isEqualTo("bearer");
        assertThat(good.path("expires_in").asInt()).isEqualTo(3600);
        assertRefused(client.assertion("wrong", email, audience, now, 3600), "signature");
        assertRefused(client.assertion(secret, "somebody@else", audience, now, 3600), "untrusted");
        assertRefused(client.assertion(secret, email, "https://elsewhere/oauth2/token", now, 3600), "audience");
        assertRefused(client.assertion(secret, email, audience, now.minusSeconds(7200), 3600), "expired");
        assertRefused(client.assertion(secret, email, audience, now.plusSeconds(600), 3600), "future");
        assertRefused(client.assertion(secret, email, audience, now, 3601), "more than an hour");
        assertRefused("nonsense", "no JWT");
    }

    private void assertRefused(String assertion, String reason) throws Exception {
        HttpResponse<String> answer = client.exchange(assertion);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reason);
    }

    @Test
    void refusesTokensThatAreOld() throws Exception {
        start(SimulatorSettings.defaults().withTokenLife(Duration.ofMinutes(10)));
        assertThat(client.get("/devices", bearer).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofMinutes(10));

        HttpResponse<String> answer = client.get("/devices", bearer);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(CloudClient.json(answer.body()).path("code").asInt()).isEqualTo(401);
    }

    @Test
    void takesBasicAuthenticationWhereItIsOn() throws Exception {
        start();
        String pair = cloud.account().keyId() + ":" + cloud.account().secret();
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

        assertThat(client.get("/devices", basic).statusCode()).isEqualTo(200);
        assertThat(client.get("/devices", basic + "x").statusCode()).isEqualTo(401);
        cloud.close();
        start(SimulatorSettings.defaults().withBasicAuth(false));
        assertThat(client.get("/devices", basic).statusCode()).isEqualTo(401);
    }

    @Test
    void listsDevicesByPagesAndFilters() throws Exception {
        start();
        List<String> added = new ArrayList<>(cloud.addDevices(230, DeviceType.TEMPERATURE));
        String touch = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        added.add(touch);

        List<String> listed = new ArrayList<>();
        String token = "";
        int pages = 0;
        do {
            JsonNode page = get("/devices?page_size=500" + (token.isEmpty() ? "" : "&page_token=" + token));
            page.path("devices").forEach(device -> {
                String name = device.path("name").asText();
                listed.add(name.substring(name.lastIndexOf('/') + 1));
            });
            token = page.path("nextPageToken").asText();
            pages++;
        } while (!token.isEmpty());

        assertThat(pages).isEqualTo(3);
        assertThat(listed).containsExactlyInAnyOrderElementsOf(added);
        assertThat(get("/devices?deviceTypes=touch").path("devices")).hasSize(1);
        assertThat(get("/devices?label_filters=name&label_filters=none").path("devices"))
                .isEmpty();
        assertThat(get("").path("sensorCount").asInt()).isEqualTo(231);
    }

    @Test
    void tellsTheLatestThatADeviceReported() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        assertThat(get("/devices/" + device).has("reported")).isFalse();

        cloud.publish(device, "temperature", "{\"value\":20}");
        cloud.publish(
                device,
                "temperature",
                "{\"value\":10}",
                clock.instant().minusSeconds(60),
                SimulatedEvent.Origin.BACKFILLED);

        assertThat(get("/devices/" + device).at("/reported/temperature/value").asInt())
                .isEqualTo(20);
        assertThat(client.get("/devices/b6sfppl7rihg1dm4ud8g", bearer).statusCode())
                .isEqualTo(404);
    }

    @Test
    void showsHistoryNewestFirstByPagesWithoutGapOrOverlap() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO));
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        for (int i = 0; i < 2500; i++) {
            cloud.publish(device, i % 5 == 0 ? "touch" : "temperature", "{}");
            clock.advance(Duration.ofMillis(i % 3 == 0 ? 0 : 1000));
        }

        List<String> times = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        String token = "";
        do {
            String query = "?page_size=5000" + (token.isEmpty() ? "" : "&pageToken=" + token);
            JsonNode page = get("/devices/" + device + "/events" + query);
            assertThat(page.path("events").size()).isLessThanOrEqualTo(1000);
            page.path("events").forEach(event -> {
                times.add(event.path("timestamp").asText());
                ids.add(event.path("eventId").asText());
            });
            token = page.path("nextPageToken").asText();
        } while (!token.isEmpty());

        assertThat(ids).hasSize(2500).doesNotHaveDuplicates();
        assertThat(times).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(get("/devices/" + device + "/events?eventTypes=touch").path("events"))
                .hasSize(500);
    }

    @Test
    void keepsToTheSpanThatIsAskedFor() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        Instant begin = clock.instant();
        for (int i = 0; i < 10; i++) {
            cloud.publish(device, "touch", "{}");
            clock.advance(Duration.ofMinutes(1));
        }

        String span = "?start_time=" + begin.plusSeconds(180) + "&end_time=" + begin.plusSeconds(300);

        assertThat(get("/devices/" + device + "/events" + span).path("events")).hasSize(3);
        assertThat(client.get("/devices/" + device + "/events?start_time=yesterday", bearer)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void showsAnEventInTheHistoryOnlyWhenItIsIndexed() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ofSeconds(3), Duration.ofSeconds(3)));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        cloud.publish(device, "touch", "{}");

        clock.advance(Duration.ofMillis(2999));
        assertThat(get("/devices/" + device + "/events").path("events")).isEmpty();

        clock.advance(Duration.ofMillis(1));
        assertThat(get("/devices/" + device + "/events").path("events")).hasSize(1);
    }

    @Test
    void forgetsWhatIsOlderThanTheRetentionOrTooMuch() throws Exception {
        start(SimulatorSettings.defaults().withKeptEvents(10).withRetention(Duration.ofDays(2)));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        for (int i = 0; i < 15; i++) {
            cloud.publish(device, "touch", "{}");
        }
        clock.advance(Duration.ofHours(47));
        String all = "/devices/" + device + "/events?start_time=2026-01-01T00:00:00Z";
        assertThat(get(all(all)).path("events")).hasSize(10);
        assertThat(cloud.producedCount()).isEqualTo(15);

        clock.advance(Duration.ofHours(2));
        assertThat(get(all(all)).path("events")).isEmpty();
    }

    /** The same path with a token that is still valid. */
    private String all(String path) throws Exception {
        bearer = "Bearer " + client.token();
        return path;
    }

    @Test
    void limitsTheRateAndSaysWhenToComeBack() throws Exception {
        start(SimulatorSettings.defaults().withRateLimit(true));
        for (int i = 0; i < 25; i++) {
            assertThat(client.get("/devices", bearer).statusCode()).isEqualTo(200);
        }
        clock.advance(Duration.ofSeconds(1));

        HttpResponse<String> refused = client.get("/devices", bearer);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("4");
        clock.advance(Duration.ofSeconds(4));
        assertThat(client.get("/devices", bearer).statusCode()).isEqualTo(200);
    }

    @Test
    void emulatesDevices() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO));
        String base = cloud.emulatorUri() + "/projects/" + cloud.projectId() + "/devices";
        HttpResponse<String> made = client.send(
                "POST", URI.create(base), bearer, "{\"type\":\"temperature\",\"labels\":{\"name\":\"mine\"}}");
        JsonNode device = CloudClient.json(made.body());
        String id = device.path("name").asText().replaceAll(".*/", "");
        assertThat(id).matches("emu[0-9a-v]{20}");
        assertThat(device.path("labels").has("virtual-sensor")).isTrue();

        URI publish = URI.create(base + "/" + id + ":publish");
        assertThat(client.send("POST", publish, bearer, "{\"temperature\":{\"value\":7}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send("POST", publish, bearer, "{\"waterPresent\":{}}").statusCode())
                .isEqualTo(400);
        assertThat(client.send("POST", publish, bearer, "{\"labelsChanged\":{}}")
                        .statusCode())
                .isEqualTo(400);

        JsonNode reported = get("/devices/" + id).at("/reported/temperature");
        assertThat(reported.path("value").asInt()).isEqualTo(7);
        assertThat(reported.path("isBackfilled").isBoolean()).isTrue();
        assertThat(reported.path("samples").toString())
                .isEqualTo("[{\"value\":7,\"sampleTime\":\"2026-03-01T12:00:00.000000Z\"}]");
        assertThat(get("/devices/" + id + "/events").path("events")).hasSize(2);
        assertThat(client.send("DELETE", URI.create(base + "/" + id), bearer, "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.get("/devices/" + id, bearer).statusCode()).isEqualTo(404);
    }

    /** The bodies of the vendor's clients: Python's only has changed names, Swift's always has both. */
    @Test
    void editsLabelsAsTheVendorsClientsAskForIt() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO));
        String device = cloud.addDevice(DeviceType.TOUCH, Map.of("name", "Old", "zone", "1", "floor", "2"));
        String other = cloud.addDevice(DeviceType.TOUCH, Map.of());

        assertThat(edit("{\"devices\":[" + name(device) + "],\"addLabels\":{\"name\":\"New\",\"room\":\"7\"}}"))
                .isEqualTo("{\"batchErrors\":[]}");
        assertThat(edit("{\"devices\":[" + name(device) + "," + name(other)
                        + "],\"addLabels\":{},\"removeLabels\":[\"zone\",\"none\"]}"))
                .isEqualTo("{\"batchErrors\":[]}");

        JsonNode labels = get("/devices/" + device).path("labels");
        assertThat(labels.path("name").asText()).isEqualTo("New");
        assertThat(labels.path("room").asText()).isEqualTo("7");
        assertThat(labels.path("floor").asText()).isEqualTo("2");
        assertThat(labels.has("zone")).isFalse();
        assertThat(cloud.produced())
                .extracting(event -> CloudClient.json(new String(event.json(), StandardCharsets.UTF_8))
                        .path("data")
                        .toString())
                .containsExactly(
                        "{\"added\":{\"room\":\"7\"},\"modified\":{\"name\":\"New\"},\"removed\":[]}",
                        "{\"added\":{},\"modified\":{},\"removed\":[\"zone\"]}");
    }

    @Test
    void editsLabelsOfTheOtherDevicesWhereOneIsUnknown() throws Exception {
        start();
        String device = cloud.addDevice(DeviceType.TOUCH, Map.of());

        JsonNode errors = CloudClient.json(edit(
                        "{\"devices\":[" + name("nobody") + "," + name(device) + "],\"addLabels\":{\"room\":\"7\"}}"))
                .path("batchErrors");

        assertThat(errors).hasSize(1);
        assertThat(errors.at("/0/device").asText()).endsWith("/devices/nobody");
        assertThat(errors.at("/0/status/code").asText()).isEqualTo("NOT_FOUND");
        assertThat(get("/devices/" + device).at("/labels/room").asText()).isEqualTo("7");
        URI batch = URI.create(cloud.baseUri() + "/projects/" + cloud.projectId() + "/devices:batchUpdate");
        assertThat(client.send("POST", batch, bearer, "{\"devices\":[]}").statusCode())
                .isEqualTo(400);
        assertThat(client.send("POST", batch, bearer, "{\"devices\":[" + name(device) + "],\"addLabels\":{\"a\":1}}")
                        .statusCode())
                .isEqualTo(400);
    }

    private String name(String device) {
        return "\"projects/" + cloud.projectId() + "/devices/" + device + '"';
    }

    private String edit(String body) throws Exception {
        URI batch = URI.create(cloud.baseUri() + "/projects/" + cloud.projectId() + "/devices:batchUpdate");
        HttpResponse<String> answer = client.send("POST", batch, bearer, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void answersUnknownPathsAndMethodsAsTheApiDoes() throws Exception {
        start();

        assertThat(client.get("/nothing", bearer).statusCode()).isEqualTo(404);
        URI devices = URI.create(cloud.baseUri() + "/projects/" + cloud.projectId() + "/devices");
        assertThat(client.send("DELETE", devices, bearer, "").statusCode()).isEqualTo(405);
        URI elsewhere = URI.create(cloud.baseUri() + "/projects/c14u9p094l47cdv1o3pg/devices:stream");
        assertThat(client.send("GET", elsewhere, bearer, "").statusCode()).isEqualTo(404);
    }
}
