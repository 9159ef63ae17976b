package io.github.dtstream.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.web.access.AccessAdvice;
import io.github.dtstream.web.access.AccessSettings;
import io.github.dtstream.web.access.BearerToken;
import io.github.dtstream.web.access.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests pass the guard, byte by byte: every kind of path, with and without credentials. */
class GuardedServerTest {
    private static final String PASSWORD = "correct horse battery";
    private static final AccessAdvice ADVICE = new AccessAdvice("", ": set it up");
    /** The hash of that password by another program's PBKDF2. */
    private static final PasswordHash HASH = PasswordHash.read(
                    "pbkdf2-sha512:10000:AAECAwQFBgcICQoLDA0ODw:FPHa43T6sXOg7xCVIweUHQrmWPZVLHnoAp-OQQEbCHA")
            .orElseThrow();

    private static final String BASIC = "Authorization: Basic "
            + Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    private final BearerToken token = BearerToken.random(new Random(1), "a file");
    private final String bearer = "Authorization: Bearer " + token.text();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        open(new AccessSettings(false, false, List.of(), null, token, List.of(), ADVICE));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/hook").setBody(constant("hooked"));
                from("platform-http:/signed/hook").setBody(constant("hooked"));
                from("platform-http:/open/hook").setBody(constant("hooked"));
            }
        });
        context.start();
    }

    /** Behaves as on an address that others can reach, behind a proxy. */
    private void lock() throws Exception {
        stop();
        DefaultCamelContext other = new DefaultCamelContext();
        open(new AccessSettings(true, true, List.of("router.example"), HASH, token, List.of("/open/*"), ADVICE));
        server.serveRoutesOf(other);
        other.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/hook").setBody(constant("hooked"));
                from("platform-http:/signed/hook").setBody(constant("hooked"));
                from("platform-http:/open/hook").setBody(constant("hooked"));
            }
        });
        other.start();
    }

    private void open(AccessSettings access) {
        server = WebServer.open(
                new WebSettings("127.0.0.1", 0, false, access, 1_000, Sleeper.SYSTEM, Ticker.SYSTEM),
                new Masking(),
                Supervisor.system());
        server.serveRoutesOf(context);
        Resource data = new Resource(
                "/data",
                request -> Answer.text(200, "text/plain", "data"),
                request -> Answer.text(200, "text/plain", "done"));
        Resource health = Resource.toRead("/health", () -> Answer.text(200, "text/plain", "details"));
        Resource live = Resource.openProbe(
                "/health/live", request -> Answer.text(200, "text/plain", request.isTrusted() ? "details" : "bare"));
        EventStreamResource events = new EventStreamResource("/live", (viewer, request) -> {});
        server.serve(new Site(
                List.of(data, health, live),
                List.of(events),
                new StaticFiles(getClass().getClassLoader(), "page-of-test")));
    }

    @AfterEach
    void stop() {
        server.close();
        context.stop();
    }

    /** Allows requests below /signed/ by a header. */
    private void admitSigned() throws Exception {
        server.admitSigned("/signed/", headers -> {
            if (headers.first("x-signature").filter("good"::equals).isEmpty()) {
                throw new HttpProblem(401, "not signed");
            }
        });
    }

    private String ask(String line, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(line + " HTTP/1.1"));
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
            lines.add("Host: 127.0.0.1:" + server.port());
        }
        lines.addAll(List.of(headers));
        lines.addAll(List.of("Connection: close", "Content-Length: 0", ""));
        try (RawConnection connection = new RawConnection(server.port())) {
            return connection.send(lines.toArray(String[]::new)).rest();
        }
    }

    private int status(String line, String... headers) throws IOException {
        return statusOf(ask(line, headers));
    }

    private static int statusOf(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/app.js", "/data", "/health", "/health/live", "/hook", "/nothing", "/a/../b"})
    void everyAnswerHasTheHeadersThatKeepItInItsPlace(String path) throws Exception {
        for (String method : List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS")) {
            assertThat(ask(method + " " + path))
                    .as(method)
                    .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'self'")
                    .containsIgnoringCase("frame-ancestors 'none'")
                    .containsIgnoringCase("x-content-type-options: nosniff")
                    .containsIgnoringCase("referrer-policy: no-referrer")
                    .containsIgnoringCase("cross-origin-resource-policy: same-origin")
                    .containsIgnoringCase("cache-control: no-")
                    .doesNotContainIgnoringCase("set-cookie")
                    .doesNotContainIgnoringCase("access-control-allow");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 200",
        "10.1.2.3, 200",
        "[::1]:8080, 200",
        "[fe80::1], 200",
        "localhost, 200",
        "LOCALHOST:80, 200",
        "a.localhost, 200",
        "evil.example, 421",
        "evil.example:8080, 421",
        "127.0.0.1.evil.example, 421",
        "localhost.evil.example, 421",
        "127.1, 421",
        "2130706433, 421",
        "0x7f.0.0.1, 421",
        "[::1].evil.example, 400",
        "user@localhost, 400",
        "localhost:x, 400",
        "localhost/x, 400"
    })
    void answersOnlyToNamesThatNobodyCanPointElsewhere(String host, int status) throws Exception {
        for (String path : List.of("/data", "/", "/page/app.js", "/hook", "/health/live")) {
            assertThat(status("GET " + path, "Host: " + host)).as(path).isEqualTo(status);
        }
        if (status != 200) {
            assertThat(status("GET /nothing", "Host: " + host)).isEqualTo(status);
        }
    }

    @Test
    void wantsOneHostUnlessTheRequestIsOld() throws Exception {
        assertThat(status("GET /data", "Host: localhost", "Host: evil.example")).isEqualTo(400);
        try (RawConnection none = new RawConnection(server.port());
                RawConnection old = new RawConnection(server.port());
                RawConnection absolute = new RawConnection(server.port())) {
            assertThat(statusOf(none.send("GET /data HTTP/1.1", "").head())).isEqualTo(400);
            assertThat(statusOf(old.send("GET /health/live HTTP/1.0", "").head()))
                    .isEqualTo(200);
            assertThat(statusOf(absolute.send("GET http://evil.example/data HTTP/1.1", "Host: localhost", "")
                            .head()))
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /data, cross-site, 403",
        "GET, /data, same-site, 403",
        "GET, /data, same-origin, 200",
        "GET, /data, none, 200",
        "GET, /hook, cross-site, 403",
        "GET, /page/app.js, cross-site, 403",
        "GET, /live, cross-site, 403",
        "GET, /nothing, cross-site, 403",
        "GET, /health, cross-site, 200",
        "GET, /health/live, cross-site, 200",
        "POST, /data, cross-site, 403",
        "POST, /data, same-origin, 200",
        "POST, /hook, cross-site, 403",
        "POST, /hook, none, 200",
        "POST, /health, cross-site, 403"
    })
    void refusesWhatAPageOfAnotherSiteSends(String method, String path, String site, int status) throws Exception {
        assertThat(status(method + " " + path, bearer, "Sec-Fetch-Site: " + site))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:PORT, 200",
        "http://evil.example, 403",
        "http://127.0.0.1:1, 403",
        "http://127.0.0.1, 403",
        "null, 403",
        "x, 403"
    })
    void refusesAChangeThatAnotherOriginSends(String origin, int status) throws Exception {
        String own = origin.replace("PORT", String.valueOf(server.port()));
        assertThat(status("POST /data", bearer, "Origin: " + own)).isEqualTo(status);
        assertThat(status("POST /hook", "Origin: " + own)).isEqualTo(status);
    }

    @Test
    void letsSomebodyFollowALinkToThePageAndNowhereElse() throws Exception {
        String[] link = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        assertThat(status("GET /", link)).isEqualTo(200);
        assertThat(status("GET /data", link)).isEqualTo(403);
        assertThat(status("GET /", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"))
                .isEqualTo(403);
        assertThat(status("POST /", link)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x/../data",
                "/./data",
                "/data/.",
                "/data/..",
                "/%2e%2e/data",
                "/%2E/data",
                "/x/%2e%2e/data",
                "/x%2f..%2fdata",
                "/x%2Fdata",
                "//data",
                "/health//live",
                "/data;x",
                "/data;x=/health/live",
                "/health/live;/../data",
                "/health/live/..%2f..%2fdata",
                "/health/live/../../data",
                "/x\\\\data",
                "/x%5cdata",
                "/data%00",
                "/data%0d%0aX:%20y",
                "/data%zz",
                "/data%2",
                "/%c0%af",
                "/\u00e6",
                "data",
                "*"
            })
    void refusesAPathThatCanBeReadInTwoWays(String path) throws Exception {
        for (String method : List.of("GET", "POST", "HEAD")) {
            assertThat(status(method + " " + path)).as(method).isEqualTo(400);
        }
        lock();
        assertThat(status("GET " + path)).isEqualTo(400);
        assertThat(status("GET " + path, bearer)).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page/app.js",
                "/data",
                "/data/",
                "/data.",
                "/DATA",
                "/%64ata",
                "/live",
                "/health",
                "/health/",
                "/health/live/",
                "/health/live.",
                "/health/live%20",
                "/health/livex",
                "/hook",
                "/hook/",
                "/hook/x",
                "/open",
                "/open.",
                "/openhook",
                "/Open/hook",
                "/nothing",
                "/metrics"
            })
    void showsNothingElsewhereWithoutThePasswordOrTheToken(String path) throws Exception {
        lock();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")) {
            assertThat(status(method + " " + path)).as(method).isEqualTo(401);
        }
        assertThat(ask("POST " + path)).doesNotContain("hooked").doesNotContain("details");
        assertThat(status("GET " + path, "Authorization: Basic eDp5")).isEqualTo(401);
        assertThat(status("GET " + path, "Authorization: Basic !!!")).isEqualTo(401);
        assertThat(status("GET " + path, bearer + "0")).isEqualTo(401);
        assertThat(status("HEAD " + path, bearer)).isNotEqualTo(401);
        assertThat(status("HEAD " + path, BASIC)).isNotEqualTo(401);
    }

    @Test
    void letsInBySignatureWhateverNameAndProxyAndNothingElseInItsPlace() throws Exception {
        for (int round = 0; round < 2; round++) {
            admitSigned();
            String[] foreign = {"Host: public.example", "X-Forwarded-For: 10.0.0.1", "X-Signature: good"};
            assertThat(ask("POST /signed/hook", foreign)).contains("hooked");
            assertThat(status("POST /%73igned/hook", "X-Signature: bad")).isEqualTo(401);
            assertThat(status("POST /signed/hook")).isEqualTo(401);
            assertThat(status("POST /signed/hook", bearer)).isEqualTo(401);
            assertThat(status("POST /signed/hook", BASIC)).isEqualTo(401);
            assertThat(status("GET /signed/hook", foreign)).isEqualTo(405);
            assertThat(status("POST /signed/../hook", foreign)).isEqualTo(400);
            assertThat(status("POST /signed/other", foreign)).isEqualTo(404);
            assertThat(status("POST /hook", foreign)).isEqualTo(421);
            assertThat(status("GET /data", foreign)).isEqualTo(421);
            lock();
        }
    }

    @Test
    void showsElsewhereNoMoreThanWhetherItIsWell() throws Exception {
        lock();
        assertThat(ask("GET /health/live")).endsWith("bare");
        assertThat(ask("GET /health/live", bearer)).endsWith("details");
        assertThat(ask("GET /health/live", BASIC)).isNotEmpty();
        assertThat(ask("POST /open/hook")).contains("hooked");
        assertThat(ask("GET /data", BASIC)).endsWith("data");
        assertThat(ask("POST /data", BASIC)).endsWith("done");
        assertThat(ask("POST /hook", BASIC)).contains("hooked");
        assertThat(status("GET /data", BASIC, "Host: router.example")).isEqualTo(200);
        assertThat(status("GET /data", BASIC, "Host: other.example")).isEqualTo(421);
    }

    @Test
    void hasABrowserAskForThePasswordOnlyWhereItsUserGoes() throws Exception {
        lock();
        assertThat(ask("GET /", "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"))
                .containsIgnoringCase("www-authenticate: Basic realm=\"dt-stream-router\"");
        assertThat(ask("GET /")).containsIgnoringCase("www-authenticate: Basic");
        assertThat(ask("GET /data", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"))
                .doesNotContainIgnoringCase("www-authenticate");
    }

    @Test
    void makesThoseWaitWhoTryPasswordsAndLetsTheRightOneIn() throws Exception {
        lock();
        assertThat(status("GET /data", BASIC, "X-Forwarded-For: 10.0.0.1")).isEqualTo(200);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String wrong = Base64.getEncoder().encodeToString(("me:wrong" + i).getBytes(StandardCharsets.UTF_8));
            answers.add(status("GET /data", "Authorization: Basic " + wrong, "X-Forwarded-For: 1.1.1.1, 10.0.0.1"));
        }

        assertThat(answers).startsWith(401, 401, 401, 401, 401).contains(429);
        assertThat(status("GET /data", BASIC, "X-Forwarded-For: 10.0.0.1")).isEqualTo(200);
        assertThat(status("GET /data", bearer, "X-Forwarded-For: 10.0.0.1")).isEqualTo(200);
    }

    @Test
    void refusesAProxyThatNobodyHasDeclared() throws Exception {
        assertThat(status("GET /data", "X-Forwarded-For: 10.0.0.1")).isEqualTo(403);
        assertThat(ask("GET /data", "Forwarded: for=10.0.0.1")).contains("could read all: set it up");
    }

    @Test
    void wantsTheTokenOnThisMachineOnlyFromWhoeverChangesSomethingOfTheRouter() throws Exception {
        assertThat(status("GET /data")).isEqualTo(200);
        assertThat(status("POST /data")).isEqualTo(401);
        assertThat(status("POST /data", bearer)).isEqualTo(200);
        assertThat(status("DELETE /data")).isEqualTo(405);
        assertThat(status("POST /hook")).isEqualTo(200);
    }

    @Test
    void refusesHeadsThatAreTooLongOrNoHttp() throws Exception {
        assertThat(status("GET /data", "X-Long: " + "x".repeat(20_000))).isEqualTo(400);
        assertThat(status("GET /" + "x".repeat(10_000))).isEqualTo(400);
        try (RawConnection connection = new RawConnection(server.port())) {
            assertThat(connection.send("\u0016\u0003\u0001 nonsense", "").rest())
                    .containsIgnoringCase("content-security-policy");
        }
    }

    @Test
    void doesNotTakeTwoLengthsForOneRequest() throws Exception {
        try (RawConnection connection = new RawConnection(server.port())) {
            String answer = connection
                    .send(
                            "POST /hook HTTP/1.1",
                            "Host: localhost",
                            "Content-Length: 5",
                            "Transfer-Encoding: chunked",
                            "",
                            "0",
                            "",
                            "GET /data HTTP/1.1",
                            "Host: evil.example",
                            "Connection: close",
                            "")
                    .rest();
            assertThat(answer).doesNotContain("data\n").contains("HTTP/1.1 4");
        }
    }
}
