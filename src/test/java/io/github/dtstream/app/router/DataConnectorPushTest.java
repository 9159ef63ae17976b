package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shelf's route to receivers of Data Connectors, with a receiver that checks messages as the vendor's documents
 * describe.
 */
class DataConnectorPushTest {
    private static final String SECRET = "a secret of the two";

    private record Push(byte[] body, String token, String contentType, List<String> headers) {}

    @TempDir
    private Path folder;

    private final List<Push> pushes = new CopyOnWriteArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void startReceiver() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/dt", this::receive);
        receiver.start();
    }

    @AfterEach
    void stopReceiver() {
        receiver.stop(0);
    }

    /** Refuses the first message. */
    private void receive(HttpExchange exchange) throws IOException {
        pushes.add(new Push(
                exchange.getRequestBody().readAllBytes(),
                exchange.getRequestHeaders().getFirst("X-Dt-Signature"),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                List.copyOf(exchange.getRequestHeaders().keySet())));
        exchange.sendResponseHeaders(pushes.size() == 1 ? 503 : 200, -1);
        exchange.close();
    }

    @Test
    void postsEachEventWithLabelsAndMetadataUnderASignatureThatHolds() throws Exception {
        String name = "data-connector-push.camel.yaml";
        Files.copy(
                Path.of("routes/examples", name),
                Files.createDirectories(folder.resolve("routes")).resolve(name));
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String device =
                    cloud.addDevice(DeviceType.TEMPERATURE, Map.of("name", "Kühlraum \"3\", 4 °C", "empty", ""));
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/dt";
            try (RouterFixture router = RouterFixture.start(
                    folder, cloud, Map.of("data-connector.url", url, "data-connector.secret", SECRET))) {
                await().atMost(RouterFixture.PATIENCE)
                        .until(() -> router.json("/routes")
                                        .at("/streams/0/state")
                                        .asText()
                                        .equals("live")
                                && Files.exists(router.data.resolve("devices/" + cloud.projectId() + ".ndjson")));

                String event =
                        cloud.publish(device, "temperature", "{\"value\":3.5}").eventId();

                await().atMost(RouterFixture.PATIENCE).until(() -> pushes.size() == 2);
                assertThat(pushes).allSatisfy(push -> isWhatADataConnectorSends(push, cloud, device, event));
                assertThat(pushes.get(0).token()).isNotEqualTo(pushes.get(1).token());
                assertThat(router.get("/health").body()).doesNotContain(SECRET);
            }
        }
    }

    private static void isWhatADataConnectorSends(Push push, SimulatedCloud cloud, String device, String event)
            throws Exception {
        JsonNode body = RouterFixture.parse(new String(push.body(), StandardCharsets.UTF_8));
        assertThat(body.fieldNames()).toIterable().containsExactly("event", "labels", "metadata");
        assertThat(body.at("/event/eventId").asText()).isEqualTo(event);
        assertThat(body.at("/event/data/temperature/value").asDouble()).isEqualTo(3.5);
        assertThat(body.at("/labels/name").asText()).isEqualTo("Kühlraum \"3\", 4 °C");
        assertThat(body.at("/labels/empty").asText("none")).isEmpty();
        assertThat(body.at("/metadata")).hasToString("""
                {"deviceId":"%s","projectId":"%s","deviceType":"temperature","productNumber":""}""".formatted(device, cloud.projectId()));
        assertThat(push.contentType()).isEqualTo("application/json");
        assertThat(push.headers()).noneMatch(header -> header.regionMatches(true, 0, "Dt", 0, 2));

        String[] token = push.token().split("\\.");
        assertThat(token).hasSize(3);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(Base64.getUrlDecoder().decode(token[2]))
                .isEqualTo(mac.doFinal((token[0] + "." + token[1]).getBytes(StandardCharsets.US_ASCII)));
        assertThat(decoded(token[0]).path("alg").asText()).isEqualTo("HS256");
        JsonNode claims = decoded(token[1]);
        assertThat(claims.path("checksum").asText()).isEqualTo(hash("SHA-1", push.body()));
        assertThat(claims.path("checksum_sha256").asText()).isEqualTo(hash("SHA-256", push.body()));
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
        assertThat(claims.path("iat").asLong())
                .isBetween(Instant.now().getEpochSecond() - 120, Instant.now().getEpochSecond() + 60);
    }

    private static JsonNode decoded(String part) {
        return RouterFixture.parse(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    private static String hash(String algorithm, byte[] body) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(body));
    }
}
