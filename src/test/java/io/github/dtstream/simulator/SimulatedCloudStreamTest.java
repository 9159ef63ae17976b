package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.SimulatorSettings.ConnectionEnd;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.stream.ErrorShape;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class SimulatedCloudStreamTest {
    private static final String NDJSON = "application/json";
    private static final String PINGS = "ping_interval=50ms";

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
        cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
        client = new CloudClient(cloud, Clock.systemUTC());
        bearer = "Bearer " + client.token();
    }

    private void start() throws Exception {
        start(SimulatorSettings.defaults());
    }

    private CloudClient.Lines open(String query) throws Exception {
        return client.stream(query, NDJSON, bearer);
    }

    /** The next event that is not a ping. */
    private static JsonNode next(CloudClient.Lines stream) throws IOException {
        JsonNode event = stream.event();
        while (event != null && event.path("eventType").asText().equals("ping")) {
            event = stream.event();
        }
        return event;
    }

    /** The last line of a stream that ends by itself. */
    private static String last(CloudClient.Lines stream) throws IOException {
        String last = "";
        for (String line = stream.next(); line != null; line = stream.next()) {
            last = line;
        }
        return last;
    }

    @Test
    void sendsWhatADevicePublishesAsALineOfJson() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            SimulatedEvent sent = cloud.publish(device, "temperature", "{\"value\":21.5}");

            JsonNode event = next(stream);

            assertThat(stream.answer().headers().firstValue("Content-Type")).hasValue(NDJSON);
            assertThat(event).isEqualTo(CloudClient.json(sent.toString()));
            assertThat(event.path("eventId").asText()).matches("[0-9a-v]{20}").isEqualTo(sent.eventId());
            assertThat(event.path("targetName").asText())
                    .isEqualTo("projects/" + cloud.projectId() + "/devices/" + device);
            assertThat(event.path("timestamp").asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z")
                    .isEqualTo(event.at("/data/temperature/updateTime").asText());
        }
    }

    @Test
    void pingsWithoutDeviceAndData() throws Exception {
        start();
        try (CloudClient.Lines stream = open("?pingInterval=20ms&event_types=touch")) {
            JsonNode ping = stream.event();

            assertThat(ping.path("eventType").asText()).isEqualTo("ping");
            assertThat(ping.path("data").isNull()).isTrue();
            assertThat(ping.path("targetName").asText()).isEqualTo("projects/" + cloud.projectId());
            assertThat(stream.event().path("eventId")).isNotEqualTo(ping.path("eventId"));
        }
    }

    @Test
    void framesTheSameRecordsAsAnEventStream() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines stream = client.stream("?" + PINGS, "text/event-stream", bearer)) {
            cloud.publish(device, "touch", "{}");

            List<String> lines = new ArrayList<>();
            while (lines.stream().noneMatch(line -> line.contains("\"touch\""))) {
                lines.add(stream.next());
                assertThat(stream.next()).isEmpty();
            }
            assertThat(lines).allMatch(line -> line.startsWith("data: {\"result\":{\"event\":{"));
            assertThat(stream.answer().headers().firstValue("Content-Type")).hasValue("text/event-stream");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event_types=touch&event_types=humidity",
                "eventTypes=touch",
                "device_ids=%s",
                "deviceTypes=touch",
                "product_numbers=102014",
                "label_filters=name%%3DService+button+2",
                "label_filters=other&label_filters=name%%3DService+button+2"
            })
    void sendsOnlyWhatTheFiltersAskFor(String filter) throws Exception {
        start();
        String other = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        String wanted = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines stream = open("?" + PINGS + "&" + filter.formatted(wanted))) {
            cloud.publish(other, "temperature", "{\"value\":1}");
            SimulatedEvent sent = cloud.publish(wanted, "touch", "{}");

            assertThat(next(stream).path("eventId").asText()).isEqualTo(sent.eventId());
        }
    }

    @Test
    void ignoresUnknownParametersAndIsSilentOnUnknownEventTypes() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines all = open("?" + PINGS + "&event_typs=humidity");
                CloudClient.Lines none = open("?" + PINGS + "&event_types=touhc")) {
            SimulatedEvent sent = cloud.publish(device, "touch", "{}");

            assertThat(next(all).path("eventId").asText()).isEqualTo(sent.eventId());
            assertThat(none.event().path("eventType").asText()).isEqualTo("ping");
            assertThat(none.event().path("eventType").asText()).isEqualTo("ping");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping_interval=10", "ping_interval=x", "ping_interval=1s&pingInterval=2s"})
    void refusesWhatTheGatewayCannotParse(String query) throws Exception {
        start();

        try (CloudClient.Lines answer = open("?" + query)) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(CloudClient.json(last(answer)).path("code").asInt()).isEqualTo(400);
        }
    }

    @Test
    void sendsNoHeaderBeforeTheFirstMessageAndNothingFromBefore() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        cloud.publish(device, "touch", "{}");
        CompletableFuture<CloudClient.Lines> opening = CompletableFuture.supplyAsync(() -> {
            try {
                return open("");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> cloud.openStreams() == 1);
        assertThat(opening).isNotDone();

        SimulatedEvent sent = cloud.publish(device, "touch", "{}");

        try (CloudClient.Lines stream = opening.join()) {
            assertThat(stream.event().path("eventId").asText()).isEqualTo(sent.eventId());
        }
    }

    @Test
    void answersWith408WhenTheTimeIsUpAndNothingWasSent() throws Exception {
        start(SimulatorSettings.defaults().withConnectionLife(Duration.ofMillis(50), ConnectionEnd.END_OF_BODY));

        try (CloudClient.Lines stream = open("")) {
            assertThat(stream.status()).isEqualTo(408);
            assertThat(CloudClient.json(last(stream)).has("error")).isTrue();
        }
    }

    @Test
    void endsAStreamInEachOfTheKnownWaysByTurns() throws Exception {
        start(SimulatorSettings.defaults().withConnectionLife(Duration.ofMillis(300), ConnectionEnd.BY_TURNS));
        List<JsonNode> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (CloudClient.Lines stream = open("?ping_interval=20ms")) {
                ends.add(CloudClient.json(last(stream)));
            }
        }

        assertThat(ends.get(0).at("/error/code").asInt()).isEqualTo(1);
        assertThat(ends.get(1).at("/error/httpCode").asInt()).isEqualTo(408);
        assertThat(ends.get(2).at("/result/event/eventType").asText()).isEqualTo("ping");
    }

    @Test
    void takesTheTokenAsParameterAndRefusesOthers() throws Exception {
        start();
        String token = bearer.substring("Bearer ".length());

        try (CloudClient.Lines good = client.stream("?" + PINGS + "&token=" + token, NDJSON, null);
                CloudClient.Lines bad = client.stream("?token=wrong", NDJSON, null)) {
            assertThat(good.status()).isEqualTo(200);
            assertThat(bad.status()).isEqualTo(401);
            assertThat(CloudClient.json(last(bad)).path("error").asText()).isEqualTo("unauthorized");
        }
        assertThat(cloud.latestRequests()).noneMatch(request -> request.uri().contains(token));
    }

    @Test
    void refusesMoreStreamsThanAllowed() throws Exception {
        start(SimulatorSettings.defaults().withMaxStreams(1));
        try (CloudClient.Lines first = open("?" + PINGS);
                CloudClient.Lines second = open("?" + PINGS)) {
            assertThat(first.status()).isEqualTo(200);
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.answer().headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void sendsErrorsOfAllShapesAndEnds() throws Exception {
        start();
        for (ErrorShape shape : ErrorShape.values()) {
            try (CloudClient.Lines stream = open("?" + PINGS)) {
                cloud.faults().streamError(shape, 14, "try later");
                JsonNode error = CloudClient.json(last(stream));

                assertThat(error.toString()).contains("try later");
                assertThat(error.path("error").isTextual()).isEqualTo(shape == ErrorShape.C);
                assertThat(error.at("/error/grpcCode").isInt()).isEqualTo(shape == ErrorShape.B);
            }
        }
    }

    @Test
    void endsWithHalfARecordInOrderOrByACut() throws Exception {
        start();
        try (CloudClient.Lines inOrder = open("?" + PINGS)) {
            cloud.faults().endStreams(Faults.StreamEnd.HALF_RECORD);
            String half = last(inOrder);
            assertThatThrownBy(() -> CloudClient.json(half)).isInstanceOf(IOException.class);
        }
        try (CloudClient.Lines cut = open("?" + PINGS)) {
            cloud.faults().endStreams(Faults.StreamEnd.CUT);
            assertThatThrownBy(() -> last(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void isSilentAndThenSendsWhatHappenedMeanwhile() throws Exception {
        start();
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            cloud.faults().silence(Duration.ofHours(1));
            SimulatedEvent sent = cloud.publish(device, "touch", "{}");
            CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return next(stream).path("eventId").asText();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> received.get(300, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            cloud.faults().clear();

            assertThat(received.join()).isEqualTo(sent.eventId());
        }
    }

    @Test
    void duplicatesWithholdsAndBackdatesEvents() throws Exception {
        start(SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            cloud.faults().duplicate(1);
            SimulatedEvent twice = cloud.publish(device, "touch", "{}");
            cloud.faults().historyOnly(1);
            SimulatedEvent hidden = cloud.publish(device, "touch", "{}");
            cloud.faults().late(1, Duration.ofHours(5));
            SimulatedEvent late = cloud.publish(device, "touch", "{}");

            assertThat(next(stream).path("eventId").asText()).isEqualTo(twice.eventId());
            assertThat(next(stream).path("eventId").asText()).isEqualTo(twice.eventId());
            assertThat(next(stream).path("eventId").asText()).isEqualTo(late.eventId());
            assertThat(hidden.origin()).isEqualTo(SimulatedEvent.Origin.HISTORY_ONLY);
            assertThat(Duration.between(late.timestamp(), late.produced())).isEqualTo(Duration.ofHours(5));
            String history =
                    client.get("/devices/" + device + "/events", bearer).body();
            assertThat(history).contains(twice.eventId(), hidden.eventId(), late.eventId());
        }
    }

    @Test
    void sendsInvalidRecordsBetweenGoodOnes() throws Exception {
        start();
        try (CloudClient.Lines stream = open("?ping_interval=1h&event_types=none", "not json")) {
            assertThat(stream.next()).isEqualTo("not json");
            cloud.faults().oversizeRecord(3_000_000);
            assertThat(stream.next()).hasSizeBetween(2_999_000, 3_001_000);
            cloud.faults().illegalIdentifiers();
            assertThat(stream.event().path("eventId").asText()).contains("..");
        }
    }

    /** Opens a stream whose first record is raw. */
    private CloudClient.Lines open(String query, String first) throws Exception {
        CompletableFuture<CloudClient.Lines> opening = CompletableFuture.supplyAsync(() -> {
            try {
                return open(query);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> cloud.openStreams() == 1);
        cloud.publishRaw(first);
        return opening.join();
    }

    @Test
    void endsStreamsWhoseTokenIsRevoked() throws Exception {
        start();
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            cloud.faults().revokeTokens();

            assertThat(CloudClient.json(last(stream)).at("/error/code").asInt()).isEqualTo(401);
        }
        assertThat(client.get("/devices", bearer).statusCode()).isEqualTo(401);
        assertThat(client.get("/devices", "Bearer " + client.token()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void cutsAStreamThatIsNotReadInsteadOfKeepingEverything() throws Exception {
        start(SimulatorSettings.defaults().withStreamBuffer(10, 1));
        String device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            cloud.faults().silence(Duration.ofHours(1));
            for (int i = 0; i < 20; i++) {
                cloud.publish(device, "touch", "{}");
            }

            assertThatThrownBy(() -> last(stream)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void floodsAReaderWithoutLosingAnythingAndRecordsIt(@TempDir Path folder) throws Exception {
        start();
        cloud.addDevices(7, DeviceType.TEMPERATURE);
        Path record = folder.resolve("produced.ndjson");
        cloud.recordTo(record);
        try (CloudClient.Lines stream = open("?" + PINGS)) {
            int events = 5000;
            cloud.flood(events);
            List<String> received = new ArrayList<>();
            while (received.size() < events) {
                received.add(next(stream).path("eventId").asText());
            }

            List<String> produced =
                    cloud.produced().stream().map(SimulatedEvent::eventId).toList();
            assertThat(received).isEqualTo(produced).doesNotHaveDuplicates();
            List<String> lines = Files.readAllLines(record);
            assertThat(lines).hasSize(events);
            assertThat(CloudClient.json(lines.get(events - 1))
                            .at("/event/eventId")
                            .asText())
                    .isEqualTo(produced.get(events - 1));
        }
    }

    @Test
    void takesFaultsAndTellsItsStatusByHttp() throws Exception {
        start();
        var faults = java.net.URI.create("http://127.0.0.1:" + cloud.port() + "/simulator/faults");
        HttpResponse<String> accepted = client.send(
                "POST",
                faults,
                "none",
                "[{\"fault\":\"respond\",\"target\":\"devices\",\"times\":1,\"status\":503,\"retryAfter\":\"4\"},"
                        + "{\"fault\":\"clock-skew\",\"duration\":\"-2h\"}]");
        assertThat(accepted.statusCode()).isEqualTo(200);

        HttpResponse<String> failed = client.get("/devices", bearer);

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.headers().firstValue("Retry-After")).hasValue("4");
        assertThat(client.get("/devices", bearer).statusCode()).isEqualTo(200);
        assertThat(client.exchange(client.assertion()).body()).contains("timing error");
        assertThat(client.send("POST", faults, "none", "{\"fault\":\"nonsense\"}")
                        .statusCode())
                .isEqualTo(400);
        var status = java.net.URI.create("http://127.0.0.1:" + cloud.port() + "/simulator/status");
        JsonNode told = CloudClient.json(client.send("GET", status, "none", "").body());
        assertThat(told.at("/requests/devices").asInt()).isEqualTo(2);
    }
}
