package io.github.dtstream.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.http.HttpProxy;
import io.github.dtstream.cloud.http.ProxyRules;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.session.ScriptedServer;
import io.github.dtstream.session.ScriptedServer.Exchange;
import io.github.dtstream.text.Secret;
import io.github.dtstream.time.ManualTime;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudClientTest {
    private final ManualTime time = new ManualTime();
    private ScriptedServer server;
    private CloudClient client;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer();
        client = client(new Credentials.OAuth2(
                "key1", new Secret("the-very-secret"), "sa@example.com", server.tokenUrl(), true));
    }

    @AfterEach
    void tearDown() throws Exception {
        client.close();
        server.close();
    }

    private CloudClient client(Credentials credentials) {
        return new CloudClient(CloudClientSettings.of(server.apiUrl(), "test"), credentials, time.cloudClock());
    }

    /** A client that accepts a silence of a minute, but no answer that takes longer than a second. */
    private CloudClient impatientClient() {
        CloudClientSettings settings = new CloudClientSettings(
                server.apiUrl(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                "test",
                ProxyRules.NONE,
                null);
        return new CloudClient(settings, new Credentials.Basic("k", new Secret("s")), time.cloudClock());
    }

    @Test
    void getsABodyWithTheHeaderAndRepeatedKeys() throws Exception {
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("event_types", List.of("touch", "humidity"));
        query.put("device_ids", List.of());
        query.put("page_token", List.of("a+b/c="));
        CompletableFuture<byte[]> body = get("projects/p1/devices/d1/events", query);
        Exchange exchange = server.next();
        assertThat(exchange.target())
                .isEqualTo("/v2/projects/p1/devices/d1/events?event_types=touch&event_types=humidity"
                        + "&page_token=a%2Bb%2Fc%3D");
        assertThat(exchange.header("Authorization")).isEqualTo("Bearer token-1");
        assertThat(exchange.head()).noneMatch(line -> line.contains("token=token"));
        exchange.json(200, "{\"events\":[]}");
        assertThat(body.get(60, TimeUnit.SECONDS)).isEqualTo("{\"events\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void triesAFreshTokenOnceAfterA401() throws Exception {
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        server.next().json(401, "{\"error\":\"unauthorized\",\"code\":401}");
        Exchange again = server.next();
        assertThat(again.header("Authorization")).isEqualTo("Bearer token-2");
        again.json(401, "{\"error\":\"unknown token-2\",\"code\":401}");
        CloudException refused = refusal(body);
        assertThat(refused.fault().kind()).isEqualTo(FaultKind.CREDENTIALS);
        assertThat(refused.toString()).doesNotContain("token-2");
        assertThat(server.isQuiet()).isTrue();
    }

    @Test
    void sendsBasicCredentialsAndDoesNotRepeatWhatIsRefused() throws Exception {
        try (CloudClient basic = client(new Credentials.Basic("key1", new Secret("s:ü")))) {
            CompletableFuture<byte[]> body = get(basic, "projects/p1", Map.of());
            Exchange exchange = server.next();
            assertThat(exchange.header("Authorization")).isEqualTo("Basic a2V5MTpzOsO8");
            exchange.json(401, "{\"error\":\"unauthorized\",\"code\":401}");
            assertThat(refusal(body).fault().summary()).contains("Basic");
            assertThat(server.isQuiet()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, PERMANENT",
        "403, PERMANENT",
        "404, PERMANENT",
        "409, TRANSIENT",
        "429, TRANSIENT",
        "500, TRANSIENT",
        "501, PERMANENT",
        "502, TRANSIENT"
    })
    void saysWhatARefusalMeans(int status, FaultKind kind) throws Exception {
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        server.next().json(status, "{\"error\":\"no\",\"code\":%d}".formatted(status));
        assertThat(refusal(body).fault().kind()).isEqualTo(kind);
        assertThat(server.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 400, 401, 403, 404, 407, 451, 503})
    void takesNoAnswerForTheCloudsThatIsNotJson(int status) throws Exception {
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        server.next().json(status, "<html>no json</html>", "Location: http://elsewhere.example.com/");
        assertThat(refusal(body).fault().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(server.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/html; charset=utf-8", "image/png"})
    void opensNoStreamOfAForeignType(String type) throws Exception {
        StreamCall call = client.stream(new StreamRequest("p1", "application/json", Map.of(), Duration.ofSeconds(30)));
        CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> open(call));
        server.next()
                .raw("HTTP/1.1 200 OK\r\nContent-Type: " + type
                        + "\r\nConnection: close\r\n\r\n<title>Welcome</title>\n")
                .fin();
        CloudException refused = refusal(opening);
        assertThat(refused.fault().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(refused.fault().summary()).contains("200 " + type.split(";")[0], "title 'Welcome'");
    }

    @Test
    void whatIsAskedForAfterTheEndFailsAsWithoutANetwork() {
        CloudClient ended = client(new Credentials.Basic("k", new Secret("s")));
        StreamCall call = ended.stream(new StreamRequest("p1", "application/json", Map.of(), Duration.ofSeconds(30)));
        ended.close();

        assertThatThrownBy(call::open).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ended.get("projects", Map.of())).isInstanceOf(CloudException.class);
    }

    @Test
    void decodesWhatSomethingInBetweenHasCompressed() throws Exception {
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        Exchange exchange = server.next();
        assertThat(exchange.header("Accept-Encoding")).isEqualTo("identity");
        exchange.compressed("{\"events\":[]}");
        assertThat(body.get(60, TimeUnit.SECONDS))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"events\":[]}");
    }

    @Test
    void namesAnEncodingThatItDoesNotKnow() throws Exception {
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        server.next().json(200, "xx", "Content-Encoding: br");
        assertThatThrownBy(() -> body.get(60, TimeUnit.SECONDS)).hasStackTraceContaining("encoded as 'br'");
    }

    @Test
    void sharesItsConnectionsAmongRequestsWhileStreamsAreOpen() throws Exception {
        for (int i = 0; i < 20; i++) {
            StreamCall call =
                    client.stream(new StreamRequest("p" + i, "application/json", Map.of(), Duration.ofSeconds(30)));
            CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> open(call));
            server.next().ok().event("e1");
            opening.get(60, TimeUnit.SECONDS);
        }
        CompletableFuture<byte[]> body = get("projects/p1", Map.of());
        server.next().json(200, "{}");
        assertThat(body.get(60, TimeUnit.SECONDS)).hasSize(2);
    }

    @Test
    void readsNoMoreOfAnEndlessErrorThanItNeeds() throws Exception {
        StreamCall call = client.stream(new StreamRequest("p1", "application/json", Map.of(), Duration.ofSeconds(30)));
        CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> open(call));
        Exchange exchange = server.next().raw("HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 70; i++) {
            if (!exchange.offer("x".repeat(1024))) {
                break;
            }
        }
        assertThat(refusal(opening).fault().minimumDelay()).isEqualTo(Duration.ofSeconds(1));
        exchange.awaitClosed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n|1\r\n \r\n",
                "HTTP/1.1 200 OK\r\n|X: y\r\n"
            })
    void endsAnAnswerThatTricklesForEver(String answer) throws Exception {
        String begin = answer.substring(0, answer.indexOf('|'));
        String more = answer.substring(answer.indexOf('|') + 1);
        try (CloudClient impatient = impatientClient()) {
            CompletableFuture<byte[]> body = get(impatient, "projects/p1", Map.of());
            server.next().raw(begin).trickle(more, Duration.ofMillis(20));
            assertThatThrownBy(() -> body.get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasStackTraceContaining("the answer of projects/p1 was not complete after");
        }
    }

    @Test
    void endsARefusalOfAStreamThatTricklesForEver() throws Exception {
        try (CloudClient impatient = impatientClient()) {
            StreamCall call =
                    impatient.stream(new StreamRequest("p1", "application/json", Map.of(), Duration.ofSeconds(60)));
            CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> open(call));
            server.next()
                    .raw("HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .trickle("1\r\n \r\n", Duration.ofMillis(20));
            assertThatThrownBy(() -> opening.get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasStackTraceContaining("was not complete after");
        }
    }

    @Test
    void doesNotOpenWhatWasAborted() {
        StreamCall call = client.stream(new StreamRequest("p1", "application/json", Map.of(), Duration.ofSeconds(30)));
        call.abort();
        assertThatThrownBy(call::open).hasMessage("aborted");
        assertThat(server.isQuiet()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example.com/v2",
                "http://localhost.example.com/v2",
                "http://127.0.0.1.nip.io/v2",
                "http://user@127.0.0.1/v2",
                "ftp://127.0.0.1/v2",
                "api.example.com/v2",
                "https://u:the-password@api.example.com/"
            })
    void refusesAnAddressThatIsNotSafe(String url) {
        assertThatThrownBy(() -> CloudClientSettings.of(URI.create(url), "test"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the API's URL")
                .hasMessageNotContaining("the-password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example.com/v2",
                "https://my_gateway:8443/v2",
                "http://localhost:80/v2",
                "http://127.0.0.2/v2",
                "http://[::1]:8080/"
            })
    void acceptsASafeAddress(String url) {
        assertThat(CloudClientSettings.of(URI.create(url), "test").apiUrl()).hasToString(url);
    }

    @Test
    void goesThroughAProxyThatAsksForAUser() throws Exception {
        CloudClientSettings settings = proxied("http://localhost:1/v2");
        try (CloudClient proxied =
                new CloudClient(settings, new Credentials.Basic("k", new Secret("s")), time.cloudClock())) {
            CompletableFuture<byte[]> body = get(proxied, "projects/p1", Map.of());
            Exchange first = server.next();
            assertThat(first.target()).isEqualTo("http://localhost:1/v2/projects/p1");
            first.json(407, "{}", "Proxy-Authenticate: Basic realm=\"x\"");
            Exchange second = server.next();
            assertThat(second.header("Proxy-Authorization")).isEqualTo("Basic bWU6cHJveHktd29yZA==");
            assertThat(second.header("Authorization")).isEqualTo("Basic azpz");
            second.json(200, "{}");
            assertThat(body.get(60, TimeUnit.SECONDS)).hasSize(2);
        }
    }

    private CloudClientSettings proxied(String url) {
        HttpProxy proxy = HttpProxy.at(server.apiUrl().resolve("/"), "me", new Secret("proxy-word"));
        return new CloudClientSettings(
                URI.create(url),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                "test",
                ProxyRules.always(proxy, "a test"),
                null);
    }

    @Test
    void namesAHostWithAnUnderscoreToTheProxyAndSaysWhatItAsksForInVain() throws Exception {
        try (CloudClient proxied = new CloudClient(
                proxied("https://my_gateway/v2"), new Credentials.Basic("k", new Secret("s")), time.cloudClock())) {
            CompletableFuture<byte[]> body = get(proxied, "projects/p1", Map.of());
            Exchange connect = server.next();
            assertThat(connect.head().get(0)).isEqualTo("CONNECT my_gateway:443 HTTP/1.1");
            connect.json(407, "{}", "Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM");

            assertThatThrownBy(() -> body.get(60, TimeUnit.SECONDS))
                    .hasMessageContaining("407")
                    .hasMessageContaining("Negotiate, which this program cannot do");
        }
    }

    @Test
    void reachesDirectlyWhatTheRulesSpare() throws Exception {
        ProxyRules rules = new ProxyRules(
                new HttpProxy("127.0.0.1", 1, null, null), "a test", List.of(Pattern.compile("127\\.0\\.0\\.1:\\d+")));
        CloudClientSettings settings = new CloudClientSettings(
                server.apiUrl(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                "test",
                rules,
                null);
        try (CloudClient spared =
                new CloudClient(settings, new Credentials.Basic("k", new Secret("s")), time.cloudClock())) {
            CompletableFuture<byte[]> body = get(spared, "projects/p1", Map.of());
            server.next().json(200, "{}");
            assertThat(body.get(60, TimeUnit.SECONDS)).hasSize(2);
        }
    }

    private CompletableFuture<byte[]> get(String path, Map<String, List<String>> query) {
        return get(client, path, query);
    }

    private static CompletableFuture<byte[]> get(CloudClient client, String path, Map<String, List<String>> query) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.get(path, query);
            } catch (CloudException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void open(StreamCall call) {
        try {
            call.open();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static CloudException refusal(CompletableFuture<?> call) {
        Exception failure = catchThrowableOfType(Exception.class, () -> call.get(60, TimeUnit.SECONDS));
        assertThat(failure).hasRootCauseInstanceOf(CloudException.class);
        return (CloudException) failure.getCause().getCause();
    }
}
