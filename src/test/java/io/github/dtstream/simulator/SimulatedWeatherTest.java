package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.ForeignAnswer;
import io.github.dtstream.simulator.weather.Spell;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(180)
class SimulatedWeatherTest {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private SimulatedCloud cloud;
    private CloudClient client;
    private String bearer;
    private String device;

    @BeforeEach
    void start() throws Exception {
        SimulatorSettings settings = SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO);
        cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
        client = new CloudClient(cloud, Clock.systemUTC());
        bearer = "Bearer " + client.token();
        device = cloud.addDevices(10, DeviceType.TOUCH).get(0);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private HttpResponse<byte[]> ask(Target target) throws Exception {
        HttpRequest.Builder request =
                switch (target) {
                    case TOKEN ->
                        HttpRequest.newBuilder(cloud.tokenUri())
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
                                                + client.assertion()));
                    case STREAM -> client.request("/devices:stream?ping_interval=100ms", bearer);
                    case HISTORY -> client.request("/devices/" + device + "/events", bearer);
                    default -> client.request("/devices", bearer);
                };
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static Stream<Weather> foreignAnswers() {
        return Arrays.stream(Weather.values())
                .filter(weather -> weather.answer().isPresent());
    }

    @ParameterizedTest
    @MethodSource("foreignAnswers")
    void answersInTheCloudsPlaceOnEachKindOfRequestAndThenIsGone(Weather weather) throws Exception {
        ForeignAnswer foreign = weather.answer().orElseThrow();
        for (Target target : List.of(Target.TOKEN, Target.STREAM, Target.HISTORY, Target.DEVICES)) {
            cloud.faults().weather(Spell.of(target, weather).times(1));

            HttpResponse<byte[]> answer = ask(target);

            assertThat(answer.statusCode()).isEqualTo(foreign.status());
            assertThat(text(answer)).isEqualTo(foreign.body());
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).isEqualTo(foreign.contentType());
        }
        assertThat(ask(Target.TOKEN).statusCode()).isEqualTo(200);
        assertThat(ask(Target.HISTORY).statusCode()).isEqualTo(200);
        assertThat(ask(Target.DEVICES).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "REDIRECT, Location",
        "PROXY_SIGN_IN, Proxy-Authenticate",
        "BAD_GATEWAY, Retry-After",
        "UNAVAILABLE, Retry-After"
    })
    void bringsTheHeaderThatBelongsToTheStatus(Weather weather, String header) throws Exception {
        cloud.faults().weather(Spell.of(Target.DEVICES, weather));

        assertThat(ask(Target.DEVICES).headers().firstValue(header)).isPresent();
    }

    @Test
    void hasASignInPageOfEightyLinesWithATitle() {
        String page = Weather.SIGN_IN_PAGE.answer().orElseThrow().body();

        assertThat(page.lines()).hasSize(80).contains("<title>Sign in to the network</title>");
    }

    @ParameterizedTest
    @EnumSource(names = {"TOKEN", "HISTORY", "DEVICES"})
    void compressesWhatNobodyWantedCompressed(Target target) throws Exception {
        cloud.faults().weather(Spell.of(target, Weather.GZIP));

        HttpResponse<byte[]> answer = ask(target);

        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        InputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
        assertThat(CloudClient.json(new String(plain.readAllBytes(), StandardCharsets.UTF_8)))
                .isNotEmpty();
    }

    @Test
    void compressesTheStreamEventByEvent() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.GZIP));
        try (CloudClient.Lines stream = open("application/json")) {
            assertThat(stream.answer().headers().firstValue("Content-Encoding")).hasValue("gzip");
            InputStream plain = new GZIPInputStream(stream.answer().body());
            byte[] ping = plain.readNBytes(40);
            assertThat(new String(ping, StandardCharsets.UTF_8)).startsWith("{\"result\":{\"event\":{\"eventId\"");
        }
    }

    @Test
    void putsAByteOrderMarkBeforeTheFirstRecordOnly() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.BYTE_ORDER_MARK));
        try (CloudClient.Lines stream = open("application/json")) {
            assertThat(stream.next()).startsWith("\ufeff{\"result\"");
            assertThat(stream.next()).startsWith("{\"result\"");
        }
    }

    /** Opens a stream that pings; there are ten pings a second. */
    private CloudClient.Lines open(String accept) throws Exception {
        return client.stream("?ping_interval=100ms", accept, bearer);
    }

    private CompletableFuture<CloudClient.Lines> opening() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return open("application/json");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void holdsAStreamBackUntilThereIsABlockOfIt() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.BUFFERING));
        try (CloudClient.Lines stream = open("application/json")) {
            CompletableFuture<JsonNode> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return stream.event();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> first.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            for (int i = 0; i < 400; i++) {
                cloud.publish(device, "touch", "{}");
            }

            assertThat(first.join().path("eventType").asText()).isEqualTo("ping");
        }
    }

    @Test
    void sendsWhatItHeldBackWhenTheStreamEnds() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.BUFFERING));
        try (CloudClient.Lines stream = open("application/json")) {
            SimulatedEvent event = cloud.publish(device, "touch", "{}");
            cloud.faults().endStreams(Faults.StreamEnd.END_OF_BODY);

            assertThat(stream.reader().lines()).anyMatch(line -> line.contains(event.eventId()));
        }
    }

    @Test
    void acceptsAStreamAndSendsNothingWhileHistoryAnswers() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.BLACK_HOLE));
        CompletableFuture<CloudClient.Lines> opening = opening();
        await().until(() -> cloud.openStreams() == 1);
        SimulatedEvent event = cloud.publish(device, "touch", "{}");

        assertThatThrownBy(() -> opening.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(text(ask(Target.HISTORY))).contains(event.eventId());
        cloud.faults().endStreams(Faults.StreamEnd.END_OF_BODY);
        try (CloudClient.Lines stream = opening.join()) {
            assertThat(stream.status()).isEqualTo(408);
        }
    }

    @Test
    void endsAStreamAfterOnePingAgainAndAgain() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.ONE_PING));
        for (int i = 0; i < 3; i++) {
            try (CloudClient.Lines stream = open("application/json")) {
                assertThat(stream.event().path("eventType").asText()).isEqualTo("ping");
                assertThat(stream.next()).isNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BLANK_LINES, application/json, ''",
        "BLANK_LINES, text/event-stream, ''",
        "COMMENTS, text/event-stream, : keep-alive",
        "EMPTY_OBJECTS, application/json, {}",
        "EMPTY_OBJECTS, text/event-stream, data: {}"
    })
    void keepsAStreamWarmAfterThreePingsAndSendsNoEvent(Weather weather, String accept, String noise) throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, weather));
        try (CloudClient.Lines stream = open(accept)) {
            int pings = 0;
            while (pings < 3) {
                pings += stream.next().contains("\"ping\"") ? 1 : 0;
            }
            String next = stream.next();
            while (next.isEmpty() && !noise.isEmpty()) {
                next = stream.next();
            }
            assertThat(next).isEqualTo(noise);
            cloud.publish(device, "touch", "{}");
            for (int i = 0; i < 10; i++) {
                assertThat(stream.next()).isIn(noise, "");
            }
        }
    }

    @Test
    void lengthensALineThatNeverEnds() throws Exception {
        cloud.faults().weather(Spell.of(Target.STREAM, Weather.HALF_LINES));
        try (CloudClient.Lines stream = open("application/json")) {
            for (int i = 0; i < 3; i++) {
                assertThat(stream.event().path("eventType").asText()).isEqualTo("ping");
            }
            char[] line = new char[200];
            for (int read = 0; read < line.length; ) {
                read += stream.reader().read(line, read, line.length - read);
            }
            assertThat(new String(line)).startsWith("{\"result\":{").doesNotContain("\n");
        }
    }

    @Test
    void losesDevicesFromTheList() throws Exception {
        cloud.faults().weather(Spell.of(Target.DEVICES, Weather.NO_DEVICES).times(1));
        cloud.faults().weather(Spell.of(Target.DEVICES, Weather.FEW_DEVICES).times(1));

        assertThat(CloudClient.json(text(ask(Target.DEVICES))).path("devices")).isEmpty();
        JsonNode few = CloudClient.json(text(ask(Target.DEVICES)));
        assertThat(few.path("devices")).hasSize(5);
        assertThat(few.path("nextPageToken").asText()).isEmpty();
        assertThat(CloudClient.json(text(ask(Target.DEVICES))).path("devices")).hasSize(10);
    }

    @Test
    void doesNotFindOneDeviceInTheHistoryAndSaysSoAsTheApiDoes() throws Exception {
        String other = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        cloud.faults()
                .weather(Spell.of(Target.HISTORY, Weather.DEVICE_NOT_FOUND).about(device));

        HttpResponse<byte[]> answer = ask(Target.HISTORY);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(CloudClient.json(text(answer)).path("code").asInt()).isEqualTo(404);
        assertThat(client.get("/devices/" + other + "/events", bearer).statusCode())
                .isEqualTo(200);
        cloud.faults().clear();
        assertThat(ask(Target.HISTORY).statusCode()).isEqualTo(200);
    }

    @Test
    void isOverWhenItsTimeIs() throws Exception {
        cloud.faults().weather(Spell.of(Target.DEVICES, Weather.EMPTY).lasting(Duration.ofSeconds(3)));

        assertThat(ask(Target.DEVICES).body()).isEmpty();
        await().until(() -> ask(Target.DEVICES).body().length > 0);
    }

    @Test
    void refusesAWeatherThatCannotBe() {
        assertThatThrownBy(() -> Spell.of(Target.TOKEN, Weather.NO_DEVICES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-devices cannot hit token");
        assertThat(Weather.of(Target.EMULATOR)).isEmpty();
    }

    @Test
    void takesWeatherByHttp() throws Exception {
        URI faults = URI.create("http://127.0.0.1:" + cloud.port() + "/simulator/faults");
        String spell = "{\"fault\":\"weather\",\"target\":\"history\",\"weather\":\"proxy-sign-in\",\"times\":1}";

        assertThat(client.send("POST", faults, "none", spell).statusCode()).isEqualTo(200);

        assertThat(ask(Target.HISTORY).statusCode()).isEqualTo(407);
        assertThat(ask(Target.HISTORY).statusCode()).isEqualTo(200);
        assertThat(client.send("POST", faults, "none", spell.replace("proxy-sign-in", "snow"))
                        .body())
                .contains("weather is 'snow'; it must be one of");
    }

    @Test
    void cutsOpenStreamsWhenTheWeatherChangesByItself() throws Exception {
        try (CloudClient.Lines stream = open("application/json")) {
            URI faults = URI.create("http://127.0.0.1:" + cloud.port() + "/simulator/faults");
            client.send("POST", faults, "none", "{\"fault\":\"changing-weather\",\"seed\":7,\"duration\":\"2m\"}");

            assertThatThrownBy(() -> stream.reader().lines().count()).hasCauseInstanceOf(IOException.class);
        }
    }
}
