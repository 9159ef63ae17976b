package io.github.dtstream.cloud.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.github.dtstream.cloud.fault.CloudException;
import io.github.dtstream.cloud.fault.FaultClassifier;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.http.HttpTransport;
import io.github.dtstream.session.ScriptedServer;
import io.github.dtstream.text.Secret;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.ManualTime;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSourceTest {
    private static final String SECRET = "the-very-secret";

    private final ManualTime time = new ManualTime();
    private final CloudClock clock = time.cloudClock();
    private ScriptedServer server;
    private HttpTransport door;
    private TokenSource tokens;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer();
        door = new HttpTransport(CloudClientSettings.of(server.apiUrl(), "test"), Supervisor.system());
        tokens = new TokenSource(endpoint(), false, clock);
    }

    @AfterEach
    void tearDown() throws Exception {
        door.close();
        server.close();
    }

    private TokenEndpoint endpoint() {
        return new TokenEndpoint(credentials(server.tokenUrl(), SECRET), door, new FaultClassifier(clock), clock);
    }

    private static Credentials.OAuth2 credentials(URI tokenUrl, String secret) {
        return new Credentials.OAuth2("key1", new Secret(secret), "sa@example.com", tokenUrl, false);
    }

    @Test
    void signsTheAssertionAsTheVendorDocumentsIt() throws Exception {
        tokens.authorization();
        String form = server.tokenRequests().get(0);
        assertThat(form).startsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
        DecodedJWT jwt = assertion(form);
        Algorithm.HMAC256(SECRET).verify(jwt);
        assertThat(jwt.getKeyId()).isEqualTo("key1");
        assertThat(jwt.getAlgorithm()).isEqualTo("HS256");
        assertThat(jwt.getIssuer()).isEqualTo("sa@example.com");
        assertThat(jwt.getAudience()).containsExactly(server.tokenUrl().toString());
        assertThat(jwt.getIssuedAtAsInstant()).isEqualTo(time.instant());
        assertThat(jwt.getExpiresAtAsInstant()).isEqualTo(time.instant().plusSeconds(3600));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "e", "ok", "en", "\"", "{", "token-1"})
    void takesATokenFromAnAnswerInWhichTheSecretOccurs(String secret) throws Exception {
        TokenEndpoint endpoint =
                new TokenEndpoint(credentials(server.tokenUrl(), secret), door, new FaultClassifier(clock), clock);

        assertThat(endpoint.fetch().value().reveal()).isEqualTo("token-1");
    }

    @Test
    void renewsAMinuteAheadOfTheExpiry() throws Exception {
        assertThat(token()).isEqualTo("token-1");
        time.advance(Duration.ofSeconds(3540));
        assertThat(token()).isEqualTo("token-1");
        time.advance(Duration.ofSeconds(1));
        assertThat(token()).isEqualTo("token-2");
    }

    @Test
    void givesConnectionsATokenWithNearlyItsWholeLifeAhead() throws Exception {
        assertThat(token()).isEqualTo("token-1");
        time.advance(Duration.ofSeconds(60));
        assertThat(tokens.freshAuthorization().value().reveal()).isEqualTo("token-1");
        time.advance(Duration.ofSeconds(1));
        assertThat(tokens.freshAuthorization().value().reveal()).isEqualTo("token-2");
        assertThat(token()).isEqualTo("token-2");
    }

    @Test
    void forgetsARefusedTokenButNotItsSuccessor() throws Exception {
        Authorization first = tokens.authorization();
        tokens.invalidate(first);
        assertThat(token()).isEqualTo("token-2");
        tokens.invalidate(first);
        assertThat(token()).isEqualTo("token-2");
    }

    @Test
    void asksOnceForManyCallers() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        server.tokens(exchange -> {
            asked.countDown();
            awaitLatch(answer);
            exchange.json(200, "{\"access_token\":\"shared\",\"expires_in\":3600}");
        });
        List<String> got = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(20);
        try {
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(callers.submit(this::token));
            }
            awaitLatch(asked);
            answer.countDown();
            for (Future<String> call : calls) {
                got.add(call.get(60, TimeUnit.SECONDS));
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(got).hasSize(20).containsOnly("shared");
        assertThat(server.tokenRequests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404})
    void takesARefusalForPermanentAndSaysWhatToCheckWithoutTheSecret(int status) {
        server.tokens(exchange ->
                exchange.json(status, "{\"error\":\"invalid_grant\",\"error_description\":\"bad " + SECRET + "\"}"));
        CloudException refused = catchThrowableOfType(CloudException.class, tokens::authorization);
        assertThat(refused.fault().kind()).isEqualTo(FaultKind.PERMANENT);
        assertThat(refused).hasMessageContaining("invalid_grant").hasMessageContaining("check");
        assertThat(refused.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void takesAnOverloadedTokenEndpointForTransientAndWaitsAsItAsks(int status) {
        server.tokens(exchange -> exchange.json(status, "{\"error\":\"busy\"}", "Retry-After: 9"));
        CloudException failed = catchThrowableOfType(CloudException.class, tokens::authorization);
        assertThat(failed.fault().kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(failed.fault().minimumDelay()).isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 401, 403, 404, 407, 503})
    void takesNoAnswerForTheTokenEndpointsThatHasNotItsForm(int status) {
        server.tokens(exchange -> exchange.json(status, "<title>Sign in</title>"));
        CloudException failed = catchThrowableOfType(CloudException.class, tokens::authorization);
        assertThat(failed.fault().kind()).isEqualTo(FaultKind.WEATHER);
        assertThat(failed).hasMessageContaining(status + " application/json, title 'Sign in'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/oauth2/token\"}",
                "{\"error\":\"no Route matched with those values\"}",
                "{\"message\":\"Forbidden\"}"
            })
    void takesAGatewaysJsonForWeatherThoughItHasAnError(String body) {
        server.tokens(exchange -> exchange.json(404, body));
        CloudException failed = catchThrowableOfType(CloudException.class, tokens::authorization);
        assertThat(failed.fault().kind()).isEqualTo(FaultKind.WEATHER);
    }

    @Test
    void takesAnUnreadableAnswerForTransientWithoutRepeatingIt() {
        server.tokens(exchange -> exchange.json(200, "{\"access_token\": \"half-a-tok"));
        CloudException failed = catchThrowableOfType(CloudException.class, tokens::authorization);
        assertThat(failed.fault().kind()).isEqualTo(FaultKind.TRANSIENT);
        assertThat(failed).hasMessageNotContaining("half-a-tok").hasRootCauseInstanceOf(CloudException.class);
    }

    @Test
    void signsWithTheCloudsTimeWhereOurClockIsWrong() throws Exception {
        server.tokens(exchange -> {
            boolean right = assertion(
                            server.tokenRequests().get(server.tokenRequests().size() - 1))
                    .getIssuedAtAsInstant()
                    .equals(time.instant().plus(Duration.ofMinutes(10)));
            exchange.json(
                    right ? 200 : 400,
                    right ? "{\"access_token\":\"t\",\"expires_in\":3600}" : "{\"error\":\"timing\"}",
                    "Date: Thu, 01 Jan 2026 12:10:00 GMT");
        });
        assertThat(token()).isEqualTo("t");
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    void namesTheClocksOffsetWhereTheCorrectedAssertionIsRefusedToo() {
        server.tokens(
                exchange -> exchange.json(400, "{\"error\":\"signature\"}", "Date: Thu, 01 Jan 2026 11:50:00 GMT"));
        assertThatThrownBy(tokens::authorization).hasMessageContaining("10 min ahead of");
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    void triesAgainAfterAFailure() throws Exception {
        server.tokens(exchange -> exchange.json(503, "{}"));
        assertThatThrownBy(tokens::authorization).isInstanceOf(CloudException.class);
        server.tokens(exchange -> exchange.json(200, "{\"access_token\":\"later\",\"expires_in\":3600}"));
        assertThat(token()).isEqualTo("later");
    }

    @Test
    void handsOutShortLivedTokensMoreThanOnce() throws Exception {
        server.tokens(exchange -> exchange.json(200, "{\"access_token\":\"short\",\"expires_in\":40}"));
        token();
        time.advance(Duration.ofSeconds(10));
        tokens.freshAuthorization();
        assertThat(server.tokenRequests()).hasSize(1);
        time.advance(Duration.ofSeconds(21));
        token();
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    void refusesToSendTheAssertionInClearText() {
        assertThatThrownBy(() -> new TokenEndpoint(
                        credentials(URI.create("http://identity.example.com/oauth2/token"), SECRET),
                        door,
                        new FaultClassifier(clock),
                        clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the token URL");
    }

    private String token() throws CloudException, InterruptedException {
        return tokens.authorization().value().reveal();
    }

    private static DecodedJWT assertion(String form) {
        String encoded = form.substring(form.indexOf("assertion=") + "assertion=".length());
        return JWT.decode(URLDecoder.decode(encoded, StandardCharsets.UTF_8));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
