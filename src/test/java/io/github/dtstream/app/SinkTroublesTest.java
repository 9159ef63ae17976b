package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router's reports of a webhook that refuses, slows down or fails, each over real sockets. */
class SinkTroublesTest {
    private static final String ROUTE = """
            - route:
                id: hook
                %s
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters: {subscriber: hook, redeliveryDelay: 20, maxRedeliveryDelay: 50}
                  steps:
                    - split:
                        simple: "${body}"
                        stopOnException: true
                        steps:
                          - filter:
                              simple: "${header.DtEventType} == 'temperature'"
                              steps:
                                - convertBodyTo: {type: String}
                                - to: {uri: "{{hook.url}}", parameters: {httpMethod: POST}}
            """;
    private static final String DEAD_LETTERS = """
            errorHandler:
                  deadLetterChannel: {deadLetterUri: "log:dead?level=OFF"}""";

    @TempDir
    private Path folder;

    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private SimulatedCloud cloud;
    private String device;
    private HttpServer webhook;
    private volatile Answer answer = (path, body) -> new Reply(200, "");
    private RouterFixture router;

    private interface Answer {
        Reply to(String path, String body);
    }

    private record Reply(int status, String body) {}

    @BeforeEach
    void startServers() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Reply reply = answer.to(exchange.getRequestURI().toString(), body);
            if (reply.status() == 200) {
                arrived.add(exchange.getRequestURI() + " " + body);
            } else if (reply.status() == 429) {
                exchange.getResponseHeaders().set("Retry-After", "3600");
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        webhook.start();
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        webhook.stop(0);
        cloud.close();
    }

    private void start(String errorHandler) throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve("routes")).resolve("hook.camel.yaml"),
                ROUTE.formatted(errorHandler));
        router = RouterFixture.start(
                folder,
                cloud,
                Map.of(
                        "hook.api-key",
                        "s3cr3tInTheHeader",
                        "hook.url",
                        "http://127.0.0.1:" + webhook.getAddress().getPort() + "/services/x?sig=aB%2Bc"));
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
    }

    private String publish(double value) {
        return cloud.publish(device, "temperature", "{\"value\":" + value + "}").eventId();
    }

    private JsonNode route() {
        return router.json("/routes").at("/routes/0");
    }

    private JsonNode health() {
        for (JsonNode check : router.json("/health").get("checks")) {
            if (check.get("part").asText().equals("route hook")) {
                return check;
            }
        }
        throw new AssertionError("no such part");
    }

    private void awaitHealth(String status, String... words) {
        await().atMost(RouterFixture.PATIENCE).untilAsserted(() -> {
            JsonNode health = health();
            assertThat(health.get("status").asText()).as(health.toString()).isEqualTo(status);
            assertThat(health.get("message").asText()).contains(words);
        });
    }

    private String list() {
        return RouterFixture.command("list", "--data-dir", router.data.toString())
                .out();
    }

    @Test
    void sendsAWebhookItsSignatureByteForByte() throws Exception {
        start("");

        String event = publish(21.5);

        await().atMost(RouterFixture.PATIENCE).until(() -> arrived.size() == 1);
        assertThat(arrived.get(0)).startsWith("/services/x?sig=aB%2Bc ").contains(event);
        awaitHealth("UP", "delivered all there is");
    }

    @Test
    void countsWhatASinkRefusesAndSaysWhyInItsOwnWords() throws Exception {
        answer = (path, body) -> body.contains("-99")
                ? new Reply(
                        400, "{\"code\":\"invalid\",\"message\":\"field type conflict: input field \\\"value\\\"\"}")
                : new Reply(200, "");
        start("");

        String bad = publish(-99);
        String good = publish(21.5);

        await().atMost(RouterFixture.PATIENCE).until(() -> arrived.size() == 1);
        awaitHealth("DEGRADED", "refused by the sink", "1 event", "answered 400: field type conflict: input field");
        assertThat(arrived.get(0)).contains(good);
        await().atMost(RouterFixture.PATIENCE).until(() -> route().get("lag").asLong() == 0);
        assertThat(route().get("refused").asLong()).isEqualTo(1);
        assertThat(list()).contains("refused: http://127.0.0.1:", "field type conflict");
        assertThat(router.get("/metrics").body())
                .contains("dt_route_refused_events_total{project=\"" + cloud.projectId()
                        + "\",route=\"hook\",subscriber=\"hook\"} 1.0");
        assertThat(rejectFile()).contains(bad, "answered 400: field type conflict");
    }

    private String rejectFile() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(router.data.resolve("rejected"))) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    @Test
    void sendsAgainWhatWasRefusedAndNothingTwice() throws Exception {
        answer = (path, body) -> body.contains("-9") ? new Reply(422, "no such unit") : new Reply(200, "");
        start("");
        String mended = publish(-98);
        String bad = publish(-99);
        String good = publish(21.5);
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> route().get("refused").asLong() == 2);
        assertThat(rejected("list").out()).contains("subscriber hook", mended, bad, "answered 422: no such unit");
        await().atMost(RouterFixture.PATIENCE).until(() -> route().get("lag").asLong() == 0);
        assertThat(arrived).singleElement().asString().contains(good);
        router.close();
        start("");
        awaitHealth("DEGRADED", "refused by the sink (`rejected list`", "2 events");
        answer = (path, body) -> body.contains("-99") ? new Reply(422, "still no such unit") : new Reply(200, "");

        RouterFixture.Ended ended = rejected("retry", "--subscriber", "hook", "--reason", "UNIT");

        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.out()).contains("1 of 2 events delivered, 1 refused again; the last reason: ");
        assertThat(arrived).hasSize(2).anyMatch(request -> request.contains(good));
        assertThat(arrived.get(1)).contains(mended);
        assertThat(rejected("list").out()).contains(bad, "still no such unit").doesNotContain(mended);
        assertThat(rejected("list", "--all").out()).contains("delivered", "refused-again", mended);

        answer = (path, body) -> new Reply(200, "");
        RouterFixture.Ended again = rejected("retry");

        assertThat(again.out()).contains("is done: 1 of 1 event delivered");
        assertThat(rejected("retry").out()).contains("is done: there is nothing to be sent again");
        assertThat(arrived).hasSize(3);
        assertThat(rejected("list").out()).contains("Nothing of that kind was rejected");
        awaitHealth("UP", "delivered all there is");
        assertThat(rejected("retry", "--subscriber", "hok").err())
                .contains("there is no subscriber 'hok'; did you mean 'hook'?");
    }

    private RouterFixture.Ended rejected(String... arguments) {
        List<String> all = new ArrayList<>(List.of("rejected"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data-dir", router.data.toString()));
        return RouterFixture.command(all.toArray(String[]::new));
    }

    @Test
    void sendsNothingTwiceToAWebhookThatFailsNowAndThen() throws Exception {
        Random random = new Random(5);
        AtomicBoolean away = new AtomicBoolean(true);
        answer = (path, body) -> new Reply(away.get() || random.nextInt(20) == 0 ? 500 : 200, "");
        start("");
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            events.add(publish(i));
        }
        awaitHealth("DOWN", "deliveries fail");
        await().atMost(RouterFixture.PATIENCE).until(() -> route().get("lag").asInt() >= 200);

        away.set(false);

        await().atMost(RouterFixture.PATIENCE).until(() -> arrived.size() >= 200);
        assertThat(arrived).hasSize(200);
        events.forEach(event -> assertThat(arrived).anyMatch(body -> body.contains(event)));
    }

    @Test
    void saysThatASinkAsksToWaitInsteadOfSleepingThroughIt() throws Exception {
        answer = (path, body) -> new Reply(429, "slow down");
        start("");

        publish(21.5);

        awaitHealth("DOWN", "answered 429: slow down; it asks to wait (Retry-After: 3600)", "1 events wait");
    }

    @Test
    void tellsTheTokensOfAWebhookToNobodyEvenIfTheServerRepeatsThem() throws Exception {
        answer = (path, body) -> body.contains("-99")
                ? new Reply(400, "unknown signature aB+c of " + path + " for s3cr3tInTheHeader")
                : new Reply(200, "");
        start("");

        publish(-99);
        publish(21.5);

        awaitHealth("DEGRADED", "answered 400: unknown signature ***");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> route().get("refused").asLong() == 1);
        String told = router.get("/health").body()
                + router.get("/routes").body()
                + router.get("/metrics").body()
                + list()
                + rejectFile();
        assertThat(told).doesNotContain("aB+c", "aB%2Bc", "s3cr3tInTheHeader");
    }

    @Test
    void showsADeadLetterChannelThatSwallowsEverything() throws Exception {
        answer = (path, body) -> new Reply(500, "no space left on device");
        start(DEAD_LETTERS);

        publish(1);
        awaitHealth("DEGRADED", "1 failure");
        publish(2);

        awaitHealth("DEGRADED", "taken by an error handler", "2 failures", "answered 500: no space left on device");
        assertThat(route().get("handledFailures").asLong()).isEqualTo(2);
        assertThat(list()).contains("handled by the route: http://127.0.0.1:", "no space left on device");
        assertThat(router.get("/metrics").body())
                .contains("dt_route_handled_failures_total{project=\"" + cloud.projectId()
                        + "\",route=\"hook\",subscriber=\"hook\"} 2.0");
    }
}
