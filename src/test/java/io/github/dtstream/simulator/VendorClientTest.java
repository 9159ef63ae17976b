package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.time.MovableClock;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The vendor's Python client, unchanged, lists, streams, reads history, edits labels and emulates sensors on the
 * simulated cloud.
 */
@Timeout(180)
class VendorClientTest {
    private static final String TEMPERATURE =
            "{\"value\":1,\"samples\":[{\"value\":1,\"sampleTime\":\"2026-03-01T12:00:00.000000Z\"}],\"isBackfilled\":false}";

    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void findsInEachAnswerWhatItReads() throws Exception {
        SimulatorSettings settings = SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO);
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, clock, new SplittableRandom(1))) {
            String bearer = "Bearer " + new CloudClient(cloud, clock).token();
            String device = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("name", "Freezer"));
            cloud.publish(device, "temperature", TEMPERATURE);
            String emulated = "";
            for (String line : recorded()) {
                String[] parts = line.replace("{project}", cloud.projectId())
                        .replace("{device}", device)
                        .replace("{emulated}", emulated)
                        .split(" *\\| *", -1);
                boolean isStream = parts[0].endsWith(" stream");
                CompletableFuture<HttpResponse<InputStream>> coming =
                        http.sendAsync(request(cloud, parts, bearer), HttpResponse.BodyHandlers.ofInputStream());
                if (isStream) {
                    // The head of the answer comes with the first event.
                    await().until(() -> {
                        cloud.publish(device, "temperature", TEMPERATURE);
                        return coming.isDone();
                    });
                }
                HttpResponse<InputStream> answer = coming.get();
                assertThat(answer.statusCode()).as(line).isEqualTo(200);
                JsonNode json = json(answer, isStream);
                for (String pointer : parts[3].split(" ")) {
                    assertThat(json.at(pointer).isMissingNode())
                            .as("%s of the answer to %s: %s", pointer, line, json)
                            .isFalse();
                }
                if (parts[1].startsWith("/emulator") && parts[1].endsWith("/devices")) {
                    emulated = json.path("name").asText().replaceAll(".*/", "");
                }
            }
            assertThat(emulated).startsWith("emu");
        }
    }

    private static List<String> recorded() throws Exception {
        try (InputStream file = Objects.requireNonNull(
                VendorClientTest.class.getResourceAsStream("python-client-1.7.3.txt"), "the recorded requests")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static HttpRequest request(SimulatedCloud cloud, String[] parts, String bearer) {
        HttpRequest.Builder request = HttpRequest.newBuilder(cloud.baseUri().resolve(URI.create(parts[1])))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", bearer)
                .header("User-Agent", "DisruptivePythonAPI/1.7.3 Python/3.11")
                .header("Accept-Encoding", "gzip, deflate")
                .header("Accept", "*/*");
        if (!parts[2].isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpRequest.BodyPublisher body = parts[2].isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(parts[2]);
        return request.method(parts[0].split(" ")[0], body).build();
    }

    /** The first line of a stream. */
    private static JsonNode json(HttpResponse<InputStream> answer, boolean isStream) throws Exception {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String text = isStream
                    ? reader.readLine()
                    : String.join("\n", reader.lines().toList());
            return CloudClient.json(text);
        }
    }
}
