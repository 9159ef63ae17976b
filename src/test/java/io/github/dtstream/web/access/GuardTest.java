package io.github.dtstream.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private static final int PASSES = 200;

    private static Guard guard(boolean isLocked, String... names) {
        return new Guard(new AccessSettings(
                isLocked,
                false,
                List.of(names),
                null,
                BearerToken.random(new Random(1), "a file"),
                List.of(),
                new AccessAdvice("; name it", "; declare it")));
    }

    private static RequestHead head(String method, String path, String... headers) {
        Map<String, List<String>> all = new HashMap<>(Map.of("host", List.of("localhost:8080")));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], List.of(headers[i + 1]));
        }
        return new RequestHead(method, path, false, all, "127.0.0.1");
    }

    /** The status of a refusal, or {@link #PASSES}. */
    private static int status(Guard guard, RequestHead head) {
        return catchThrowable(() -> guard.check(head)) instanceof Refusal refusal ? refusal.status() : PASSES;
    }

    private static String said(Guard guard, RequestHead head) {
        return String.valueOf(catchThrowable(() -> guard.check(head)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8080",
                "router.localhost",
                "router.localhost.:8080",
                "127.0.0.1",
                "192.0.2.7:80",
                "[::1]:8080",
                "[2001:db8::1]",
                "Router.Example.com",
                "router.example.com.:443"
            })
    void answersToAddressesAndToItsOwnNames(String host) {
        assertThat(status(guard(false, "ROUTER.example.com"), head("GET", "/", "host", host)))
                .isEqualTo(PASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 421",
        "notlocalhost, 421",
        "localhost.evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "1.2.3, 421",
        "[1.2.3.4], 421",
        "[::1, 400",
        "'', 400",
        "a b, 400",
        "localhost:, 400",
        "localhost:123456, 400",
        "user@localhost, 400",
        "localhost/a, 400",
        "..localhost, 400"
    })
    void answersToNoOtherName(String host, int status) {
        assertThat(status(guard(true, "router.example.com"), head("GET", "/health", "host", host)))
                .isEqualTo(status);
    }

    @Test
    void saysWhatToDoAboutANameOrAProxyThatItDoesNotKnow() {
        assertThat(said(guard(false), head("GET", "/", "host", "router.example.com")))
                .endsWith("Host; name it");
        assertThat(said(guard(false), head("GET", "/", "x-real-ip", "192.0.2.1")))
                .endsWith("read all; declare it");
    }

    @Test
    void wantsOneHostAndNoneOfAnOldRequest() {
        RequestHead none = new RequestHead("GET", "/", false, Map.of(), "127.0.0.1");
        RequestHead old = new RequestHead("GET", "/", true, Map.of(), "127.0.0.1");
        RequestHead two =
                new RequestHead("GET", "/", true, Map.of("host", List.of("localhost", "localhost")), "127.0.0.1");
        assertThat(status(guard(false), none)).isEqualTo(400);
        assertThat(status(guard(false), old)).isEqualTo(PASSES);
        assertThat(status(guard(false), two)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
    void refusesWhatAProxyForwardsOnlyWhereNobodyElseMayCome(String header) {
        assertThat(status(guard(false), head("GET", "/health", header, "any"))).isEqualTo(403);
        assertThat(status(guard(true), head("GET", "/health", header, "any"))).isEqualTo(PASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/now, same-origin, 200",
        "GET, /api/now, none, 200",
        "GET, /api/now, same-site, 403",
        "GET, /api/now, cross-site, 403",
        "POST, /api/jobs, same-origin, 200",
        "POST, /api/jobs, cross-site, 403",
        "GET, /health, cross-site, 200",
        "HEAD, /health/live, cross-site, 200",
        "GET, /metrics, cross-site, 200",
        "GET, /observe/metrics, cross-site, 200",
        "GET, /healthy, cross-site, 403",
        "POST, /health, cross-site, 403"
    })
    void refusesWhatAPageOfAnotherSiteSends(String method, String path, String site, int status) {
        assertThat(status(guard(true), head(method, path, "sec-fetch-site", site)))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, localhost:8080, 200",
        "https://router.localhost, router.localhost:443, 200",
        "https://router.localhost:443, ROUTER.localhost, 200",
        "http://router.localhost, router.localhost:80, 200",
        "http://localhost, localhost:443, 403",
        "https://localhost, localhost:80, 403",
        "http://localhost:9090, localhost:8080, 403",
        "http://evil.example, localhost:8080, 403",
        "null, localhost:8080, 403",
        "localhost:8080, localhost:8080, 403"
    })
    void takesChangesFromItsOwnPageOnly(String origin, String host, int status) {
        Guard guard = guard(true);
        assertThat(status(guard, head("POST", "/api/jobs", "origin", origin, "host", host)))
                .isEqualTo(status);
        assertThat(status(guard, head("GET", "/api/now", "origin", origin, "host", host)))
                .as("who reads may say any origin")
                .isEqualTo(PASSES);
    }

    @Test
    void anOldRequestWithAnOriginIsOfNoPageOfOurs() {
        RequestHead old =
                new RequestHead("POST", "/api/jobs", true, Map.of("origin", List.of("http://localhost")), "127.0.0.1");
        assertThat(status(guard(true), old)).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, navigate, document, 200",
        "GET, /, navigate, iframe, 403",
        "GET, /, cors, document, 403",
        "GET, /api/now, navigate, document, 403",
        "POST, /, navigate, document, 403"
    })
    void letsSomebodyFollowALinkToThePage(String method, String path, String mode, String destination, int status) {
        RequestHead head = head(
                method, path, "sec-fetch-site", "cross-site", "sec-fetch-mode", mode, "sec-fetch-dest", destination);
        assertThat(status(guard(true), head)).isEqualTo(status);
    }
}
