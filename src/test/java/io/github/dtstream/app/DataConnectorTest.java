package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.push.PushSignature;
import io.github.dtstream.push.SignedPush;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Target;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router to which a Data Connector pushes, over real sockets and with real signatures. */
class DataConnectorTest {
    private static final String SECRET = "the-secret-of-the-data-connector";

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private RouterFixture router;

    @BeforeEach
    void start() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        RouterFixture.addRoute(folder, "keeper");
        Files.copy(Path.of("routes/data-connector.camel.yaml"), folder.resolve("routes/data-connector.camel.yaml"));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private void start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of("dt.data-connector-secret", SECRET));
        settings.putAll(more);
        router = RouterFixture.start(folder, cloud, settings);
    }

    private void startWithoutStream() throws Exception {
        start(Map.of(
                "dt.streaming", "false",
                "dt.service-account-key-id", "",
                "dt.service-account-secret", "",
                "dt.service-account-email", ""));
    }

    private String path() {
        return "/data-connector/" + cloud.projectId();
    }

    private String payload(String id) {
        return SignedPush.payload(SignedPush.event(id, device, cloud.projectId()), device, cloud.projectId(), "Door");
    }

    private HttpResponse<String> push(String body, @Nullable String token) {
        HttpRequest.Builder request = router.request(path())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header(PushSignature.HEADER, token);
        }
        return router.send(request.build());
    }

    private HttpResponse<String> push(String body) {
        return push(body, SignedPush.token(body, SECRET));
    }

    private List<String> kept() throws Exception {
        Path file = folder.resolve("out/keeper.txt");
        List<String> ids = new ArrayList<>();
        for (String line : RouterFixture.lines(file)) {
            ids.add(RouterFixture.parse(line).path("eventId").asText());
        }
        return ids;
    }

    private void awaitKept(String... ids) {
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(kept()).containsExactlyInAnyOrder(ids));
    }

    @Test
    void takesWhatIsSignedByEitherChecksumOnceHoweverOftenItComes() throws Exception {
        startWithoutStream();
        String first = payload("e1");
        HttpResponse<String> answer = push(first);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().map()).doesNotContainKeys("x-dt-signature", "dtadded", "user-agent");

        String old = payload("e2");
        String sha1 = JWT.create()
                .withExpiresAt(Instant.now().plusSeconds(60))
                .withClaim("checksum", SignedPush.checksum("SHA-1", old))
                .sign(Algorithm.HMAC256(SECRET));
        assertThat(push(old, sha1).statusCode()).isEqualTo(204);
        assertThat(push(old, sha1).statusCode()).as("replayed").isEqualTo(204);
        assertThat(push(first).statusCode()).as("sent again").isEqualTo(204);

        String unknown = payload("e3").replace("touch\":{", "novelty\":{").replace("\"touch\"", "\"novelty\"");
        assertThat(push(unknown).statusCode()).as("an event type of tomorrow").isEqualTo(204);
        awaitKept("e1", "e2", "e3");
    }

    @Test
    void takesNothingThatIsNotSignedWithTheSecretForThisBodyAndThisHour() throws Exception {
        startWithoutStream();
        String body = payload("e1");
        Map<String, @Nullable String> tokens = new HashMap<>();
        tokens.put("no token", null);
        tokens.put("no JWT", "x");
        tokens.put("another secret", SignedPush.token(body, "another"));
        tokens.put("another body", SignedPush.token(payload("e2"), SECRET));
        tokens.put("expired", SignedPush.claims(body, Duration.ofMinutes(-5)).sign(Algorithm.HMAC256(SECRET)));
        tokens.put("no algorithm", SignedPush.claims(body, Duration.ofHours(1)).sign(Algorithm.none()));
        tokens.put(
                "another algorithm",
                SignedPush.claims(body, Duration.ofHours(1)).sign(Algorithm.HMAC512(SECRET)));
        tokens.forEach((what, token) -> {
            HttpResponse<String> answer = push(body, token);
            assertThat(answer.statusCode()).as(what).isEqualTo(401);
            assertThat(answer.body()).as(what).isNotEmpty().doesNotContain(SECRET);
        });
        assertThat(router.get("/metrics").body())
                .contains("dt_push_refused_total{reason=\"unsigned\"} 1.0")
                .contains("dt_push_refused_total{reason=\"signature\"} 4.0")
                .contains("dt_push_refused_total{reason=\"checksum\"} 1.0")
                .contains("dt_push_refused_total{reason=\"expired\"} 1.0");
        assertThat(router.send(router.request(path()).GET().build()).statusCode())
                .isEqualTo(405);
        assertThat(push(body).statusCode()).isEqualTo(204);
        awaitKept("e1");
        assertThat(router.get("/health").body() + router.get("/routes").body()).doesNotContain(SECRET);
    }

    @Test
    void saysWhatIsWrongWithAMessageThatIsSigned() throws Exception {
        startWithoutStream();
        assertThat(push("{\"event\":{}}").statusCode()).isEqualTo(400);
        HttpResponse<String> other = push(payload("e1").replace(cloud.projectId(), "other"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("it is of the project other");
        assertThat(push("x".repeat(2 << 20)).statusCode()).isEqualTo(413);
        assertThat(router.get("/metrics").body())
                .contains("dt_push_refused_total{reason=\"malformed\"} 2.0")
                .contains("dt_push_refused_total{reason=\"too_large\"} 1.0")
                .contains("dt_push_refused_total{reason=\"busy\"} 0.0");
        assertThat(push(payload("e2")).statusCode()).isEqualTo(204);
        awaitKept("e2");
    }

    @Test
    void slowSendersHoldUpOnlyEachOther() throws Exception {
        startWithoutStream();
        String body = payload("slow");
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                Socket socket = new Socket(
                        "127.0.0.1", router.request("/").build().uri().getPort());
                socket.getOutputStream()
                        .write(("POST " + path() + " HTTP/1.1\r\nHost: router.example\r\nX-Dt-Signature: "
                                        + SignedPush.token(body, SECRET) + "\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> push(payload("e1")).statusCode() == 429);
            HttpResponse<String> refused = push(payload("e1"));
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(push(payload("e1"), null).statusCode()).isEqualTo(401);
            assertThat(router.get("/health/live").statusCode()).isEqualTo(200);

            slow.get(0).getOutputStream().write(body.substring(1).getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[12];
            slow.get(0).getInputStream().readNBytes(answer, 0, answer.length);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 204");
            assertThat(push(payload("e2")).statusCode()).isEqualTo(204);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        await().atMost(RouterFixture.PATIENCE)
                .untilAsserted(() -> assertThat(kept()).contains("slow", "e2").doesNotHaveDuplicates());
    }

    @Test
    void streamAndPushTogetherDoubleNothingAndEitherMayFailAlone() throws Exception {
        start(Map.of());
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
        SimulatedEvent live = cloud.publish(device, "touch", "{}");
        await().atMost(RouterFixture.PATIENCE).until(() -> kept().contains(live.eventId()));
        assertThat(pushOf(live).statusCode()).isEqualTo(204);

        cloud.faults().respond(Target.STREAM, Integer.MAX_VALUE, 503);
        cloud.faults().endStreams(Faults.StreamEnd.CUT);
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/routes").at("/streams/0/openGaps").asInt() == 1);
        SimulatedEvent pushed = cloud.publish(device, "touch", "{}");
        SimulatedEvent missed = cloud.publish(device, "touch", "{}");
        assertThat(pushOf(pushed).statusCode()).isEqualTo(204);
        await().atMost(RouterFixture.PATIENCE).until(() -> kept().contains(pushed.eventId()));

        cloud.faults().clear();
        awaitKept(live.eventId(), pushed.eventId(), missed.eventId());
        assertThat(pushOf(missed).statusCode()).isEqualTo(204);
        assertThat(kept()).hasSize(3);
    }

    private HttpResponse<String> pushOf(SimulatedEvent event) {
        return push(SignedPush.payload(event.toString(), device, cloud.projectId(), "Door"));
    }

    @Test
    void takesTheOldSecretAndTheNewOneWhileItIsChanged() throws Exception {
        start(Map.of("dt.data-connector-secret", "the-new-one " + SECRET));
        String body = payload("e1");
        assertThat(push(body).statusCode()).isEqualTo(204);
        assertThat(push(body, SignedPush.token(body, "the-new-one")).statusCode())
                .isEqualTo(204);
        awaitKept("e1");
    }

    @Test
    void takesForEachOfSeveralProjects() throws Exception {
        start(Map.of(
                "dt.project-id", cloud.projectId() + ",p2",
                "dt.streaming", "false",
                "dt.service-account-key-id", "",
                "dt.service-account-secret", "",
                "dt.service-account-email", ""));
        String other = SignedPush.payload(SignedPush.event("e2", "d2", "p2"), "d2", "p2", "Door");
        assertThat(push(payload("e1")).statusCode()).isEqualTo(204);
        assertThat(push(other).statusCode()).isEqualTo(204);
        assertThat(push(other.replace("p2", "p3")).statusCode()).isEqualTo(400);
        awaitKept("e1", "e2");
    }

    @Test
    void withoutASecretThereIsNothingToPushTo() throws Exception {
        start(Map.of("dt.data-connector-secret", ""));
        assertThat(push(payload("e1")).statusCode()).isEqualTo(404);
    }
}
