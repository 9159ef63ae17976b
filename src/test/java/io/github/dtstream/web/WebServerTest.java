package io.github.dtstream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.access.BearerToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebServerTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SECRET = "sesame-open-now";

    private final BearerToken token = BearerToken.random(new Random(1), "a file");
    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
    private final List<String> resumed = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean cutOff = new AtomicBoolean();
    private WebServer server = start(WebLimits.usual());

    private WebServer start(WebLimits limits) {
        Masking masking = new Masking();
        masking.add(List.of(SECRET));
        WebServer started =
                WebServer.open(WebSettings.onLoopback(0, token), null, limits, masking, Supervisor.system());
        started.serve(site());
        return started;
    }

    private Site site() {
        List<Resource> resources = new ArrayList<>();
        resources.add(Resource.toRead("/hello", () -> Answer.text(200, "text/plain", "hello " + SECRET)));
        resources.add(Resource.toRead(
                "/json",
                () -> Answer.json(200, JsonNodeFactory.instance.objectNode().put("value", SECRET))));
        resources.add(Resource.toRead("/long", () -> Answer.text(200, "text/plain", "words ".repeat(10_000))));
        resources.add(Resource.toRead("/broken", () -> {
            throw new IllegalStateException("by intent");
        }));
        resources.add(Resource.toRead(
                "/lines",
                () -> Answer.streamed("text/csv; charset=utf-8", out -> {
                    for (int i = 0; i < 100_000; i++) {
                        out.write("line " + i + " " + SECRET + "\n");
                    }
                })));
        resources.add(Resource.toRead(
                "/endless",
                () -> Answer.streamed("text/plain", out -> {
                    try {
                        for (; ; ) {
                            out.write("x".repeat(10_000));
                        }
                    } catch (IOException e) {
                        cutOff.set(true);
                        throw e;
                    }
                })));
        resources.add(Resource.toRead(
                "/torn",
                () -> Answer.streamed("text/plain", out -> {
                    out.write("y".repeat(100_000));
                    throw new IOException("by intent");
                })));
        resources.add(Resource.toRead("/slow", () -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Answer.text(200, "text/plain", "done");
        }));
        resources.add(Resource.probe("/probe", () -> Answer.text(200, "text/plain", "well")));
        resources.add(new Resource(
                "/echo",
                request -> Answer.text(
                        200, "text/plain", request.path() + request.parameters("a") + request.parameter("b")),
                request -> Answer.json(200, request.json())));
        EventStreamResource events = new EventStreamResource("/live", (viewer, request) -> {
            if (request.parameter("refuse").isPresent()) {
                throw new HttpProblem(400, "not so");
            }
            resumed.add(request.header("last-event-id").orElse("none"));
            viewers.add(viewer);
        });
        return new Site(resources, List.of(events), new StaticFiles(getClass().getClassLoader(), "page-of-test"));
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(server.address().resolve(path));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void masksTextsWhateverTheyAreIn() throws Exception {
        assertThat(get("/hello").body()).startsWith("hello ").doesNotContain(SECRET);
        assertThat(get("/json").body()).contains("value").doesNotContain(SECRET);
        assertThat(get("/lines").body()).contains("line 99999").doesNotContain(SECRET);
    }

    @Test
    void compressesWhatIsLongForThoseWhoTakeIt() throws Exception {
        HttpResponse<String> plain = get("/long");
        HttpResponse<byte[]> compressed = HTTP.send(
                request("/long").header("Accept-Encoding", "br, gzip;q=0.8").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        HttpResponse<String> refused = get("/long", "Accept-Encoding", "gzip;q=0");
        HttpResponse<String> shortOne = get("/hello", "Accept-Encoding", "gzip");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(plain.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(compressed.body()).hasSizeLessThan(1_000);
        assertThat(unzipped(compressed.body())).isEqualTo(plain.body());
        assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(shortOne.headers().firstValue("Content-Encoding")).isEmpty();
    }

    private static String unzipped(byte[] bytes) throws IOException {
        return new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void compressesWhatIsStreamed() throws Exception {
        HttpResponse<byte[]> compressed = HTTP.send(
                request("/lines").header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(unzipped(compressed.body())).hasLineCount(100_000).endsWith("\n");
    }

    @Test
    void cutsOffAStreamedAnswerThatFails() {
        assertThatThrownBy(() -> get("/torn")).isInstanceOf(IOException.class);
    }

    @Test
    void holdsNoThreadForAReaderThatTakesNothing() throws Exception {
        server.close();
        server = start(new WebLimits(128, 16, 8, 1000, SOON, SOON, Duration.ofMillis(300), Duration.ofSeconds(10)));
        try (RawConnection reader = new RawConnection("127.0.0.1", server.port(), 4_096)) {
            reader.send("GET /endless HTTP/1.1", "Host: localhost", "");

            await().atMost(SOON).untilTrue(cutOff);
        }
    }

    @Test
    void answersProbesWhileAllElseIsBusy() throws Exception {
        List<HttpRequest> slow = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.add(request("/slow").build());
        }
        var answers = slow.stream()
                .map(one -> HTTP.sendAsync(one, HttpResponse.BodyHandlers.ofString()))
                .toList();

        assertThat(get("/probe").body()).isEqualTo("well");

        release.countDown();
        for (var answer : answers) {
            assertThat(answer.get().body()).isEqualTo("done");
        }
    }

    @Test
    void saysThatAFailureIsAnErrorOfTheRouter() throws Exception {
        HttpResponse<String> answer = get("/broken");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("because of an error in the router", "by intent");
    }

    @Test
    void readsParametersAndBodies() throws Exception {
        HttpRequest post = request("/echo")
                .header("Authorization", "Bearer " + token.text())
                .POST(HttpRequest.BodyPublishers.ofString("{\"a\": [1]}"))
                .build();

        assertThat(get("/echo?a=1&b=x%20y+z&a=%C3%A6&c&b=").body()).isEqualTo("/echo[1, æ]Optional[]");
        assertThat(HTTP.send(post, HttpResponse.BodyHandlers.ofString()).body()).contains("\"a\"");
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        HttpRequest post = request("/echo")
                .header("Authorization", "Bearer " + token.text())
                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(70_000)))
                .build();

        assertThat(HTTP.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8, test",
        "/page/app.js, text/javascript; charset=utf-8, export",
        "/page/part/page.css, text/css; charset=utf-8, margin"
    })
    void servesTheFilesOfThePage(String path, String type, String content) throws Exception {
        HttpResponse<String> answer = get(path);
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = get(path, "If-None-Match", "\"other\", " + tag);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(type);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(answer.body()).contains(content);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void knowsTheTagOfACompressedFileAgain() throws Exception {
        HttpResponse<byte[]> first = HTTP.send(
                request("/page/app.js").header("Accept-Encoding", "gzip").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        String tag = first.headers().firstValue("ETag").orElseThrow();

        assertThat(first.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(tag).endsWith("-gzip\"");
        assertThat(get("/page/app.js", "If-None-Match", tag, "Accept-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource({
        "/page/nothing.js",
        "/page/notes.class",
        "/page/",
        "/page/part",
        "/page/part/",
        "/page/a/b/c.js",
        "/page/.hidden.js",
        "/index.html"
    })
    void servesNoOtherFiles(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void sendsEventsToThoseWhoCame() throws Exception {
        try (RawConnection viewer = new RawConnection(server.port())) {
            viewer.send("GET /live HTTP/1.1", "Host: localhost", "Last-Event-ID: 7", "");
            assertThat(viewer.head()).contains("200 OK").containsIgnoringCase("content-type: text/event-stream");
            assertThat(viewer.until("\n\n")).contains("retry: 2000");
            await().atMost(SOON)
                    .until(() -> viewers.size() == 1 && viewers.get(0).isWritable());
            assertThat(resumed).containsExactly("7");

            viewers.get(0).send(ServerSentEvent.frame("values", "8", "one\ntwo"));

            assertThat(viewer.until("data: two\n\n")).endsWith("event: values\nid: 8\ndata: one\ndata: two\n\n");
            CountDownLatch gone = new CountDownLatch(1);
            viewers.get(0).whenClosed(gone::countDown);
            viewer.close();
            gone.await();
            assertThat(viewers.get(0).isOpen()).isFalse();
            assertThat(viewers.get(0).isWritable()).isFalse();
            assertThat(server.viewers()).isZero();
        }
    }

    @Test
    void endsTheConnectionOfAViewerWhoIsToldToGo() throws Exception {
        try (RawConnection viewer = new RawConnection(server.port())) {
            viewer.send("GET /live HTTP/1.1", "Host: localhost", "");
            viewer.until("retry: 2000\n\n");

            viewers.get(0).close();

            assertThat(viewer.until("0\r\n\r\n")).endsWith("0\r\n\r\n");
        }
    }

    @Test
    void answersAViewerThatCannotBeTakenInWithASentence() throws Exception {
        assertThat(get("/live?refuse=yes").statusCode()).isEqualTo(400);
        assertThat(get("/live?refuse=yes").body()).contains("not so");
        assertThat(server.viewers()).isZero();
    }

    @Test
    void answersHeadOfEventsAtOnce() throws Exception {
        HttpRequest head = request("/live")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        assertThat(HTTP.send(head, HttpResponse.BodyHandlers.ofString())
                        .headers()
                        .firstValue("Content-Type"))
                .contains("text/event-stream; charset=utf-8");
        assertThat(viewers).isEmpty();
    }

    @Test
    void takesNoMoreViewersThanTheLimit() throws Exception {
        server.close();
        server = start(new WebLimits(128, 2, 8, 1000, SOON, SOON, SOON, SOON));
        try (RawConnection one = new RawConnection(server.port());
                RawConnection two = new RawConnection(server.port())) {
            one.send("GET /live HTTP/1.1", "Host: localhost", "").until("retry: 2000\n\n");
            two.send("GET /live HTTP/1.1", "Host: localhost", "").until("retry: 2000\n\n");

            HttpResponse<String> third = get("/live");

            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.body()).contains("2 viewers");
        }
        await().atMost(SOON).until(() -> server.viewers() == 0);
    }

    @Test
    void keepsAQuietViewerAliveWithComments() throws Exception {
        server.close();
        server = start(new WebLimits(128, 16, 8, 1000, SOON, SOON, SOON, Duration.ofMillis(100)));
        try (RawConnection viewer = new RawConnection(server.port())) {
            viewer.send("GET /live HTTP/1.1", "Host: localhost", "").until("retry: 2000\n\n");

            assertThat(viewer.until(":\n\n")).endsWith(":\n\n");
        }
    }

    @Test
    void closesAViewerWhoTakesNothing() throws Exception {
        server.close();
        server = start(new WebLimits(128, 16, 8, 1000, SOON, SOON, Duration.ofMillis(300), SOON));
        try (RawConnection viewer = new RawConnection("127.0.0.1", server.port(), 4_096)) {
            viewer.send("GET /live HTTP/1.1", "Host: localhost", "").until("retry: 2000\n\n");
            await().atMost(SOON).until(() -> viewers.size() == 1);
            byte[] frame = ServerSentEvent.frame("values", null, "x".repeat(60_000));

            await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
                if (viewers.get(0).isWritable()) {
                    viewers.get(0).send(frame);
                }
                return !viewers.get(0).isOpen();
            });

            await().atMost(SOON).until(() -> server.viewers() == 0);
        }
    }

    @Test
    void closesAConnectionWhoseRequestTricklesIn() throws Exception {
        server.close();
        // long enough to be sent what the test sends, also by a machine that is busy
        server = start(new WebLimits(128, 16, 8, 1000, Duration.ofSeconds(2), Duration.ofSeconds(2), SOON, SOON));
        try (RawConnection head = new RawConnection(server.port());
                RawConnection body = new RawConnection(server.port());
                RawConnection nothing = new RawConnection(server.port())) {
            head.sendPart("GET /hello HTTP/1.1\r\nHost: local");
            body.send(
                            "POST /echo HTTP/1.1",
                            "Host: localhost",
                            "Authorization: Bearer " + token.text(),
                            "Content-Length: 100",
                            "")
                    .sendPart("x");

            assertThat(head.isClosedWithin(SOON)).isTrue();
            assertThat(body.isClosedWithin(SOON)).isTrue();
            assertThat(nothing.isClosedWithin(SOON)).isTrue();
        }
    }

    @Test
    void doesNotCountTheTimeThatAnAnswerTakes() throws Exception {
        server.close();
        Duration limit = Duration.ofSeconds(2);
        server = start(new WebLimits(128, 16, 8, 1000, limit, limit, SOON, SOON));
        try (RawConnection slow = new RawConnection(server.port())) {
            slow.send("GET /slow HTTP/1.1", "Host: localhost", "");
            begun.await();
            assertThat(slow.isClosedWithin(limit.plusSeconds(1))).isFalse();
            release.countDown();
            assertThat(slow.until("done")).contains("200 OK");
        }
    }

    @Test
    void makesRoomForANewConnectionByEndingTheOneThatIsIdleForLongest() throws Exception {
        server.close();
        server = start(new WebLimits(3, 16, 8, 1000, SOON, SOON, SOON, SOON));
        try (RawConnection busy = new RawConnection(server.port());
                RawConnection idle = new RawConnection(server.port());
                RawConnection other = new RawConnection(server.port())) {
            busy.send("GET /live HTTP/1.1", "Host: localhost", "").until("retry: 2000\n\n");
            idle.send("GET /hello HTTP/1.1", "Host: localhost", "").head();
            other.send("GET /hello HTTP/1.1", "Host: localhost", "").head();
            try (RawConnection fourth = new RawConnection(server.port())) {
                assertThat(fourth.send("GET /hello HTTP/1.1", "Host: localhost", "")
                                .head())
                        .contains("200 OK");
                assertThat(idle.isClosedWithin(SOON)).isTrue();
                assertThat(viewers.get(0).isOpen()).isTrue();
            }
        }
    }

    @Test
    void saysThatItStartsWhileThereIsNothingYet() throws Exception {
        try (WebServer early = WebServer.open(WebSettings.onLoopback(0, token), new Masking(), Supervisor.system())) {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(early.address().resolve("/hello")).build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("starting");
        }
    }

    @Test
    void letsARequestInHandEndAndTakesNoMore() throws Exception {
        try (RawConnection slow = new RawConnection(server.port());
                RawConnection late = new RawConnection(server.port())) {
            slow.send("GET /slow HTTP/1.1", "Host: localhost", "");
            begun.await();
            Thread closing = new Thread(server::close);
            closing.setDaemon(true);
            closing.start();
            await().atMost(SOON)
                    .until(() -> late.send("GET /hello HTTP/1.1", "Host: localhost", "")
                            .until("}\n", "hello ***")
                            .contains("stopping"));

            release.countDown();

            assertThat(slow.until("done")).contains("200 OK");
            closing.join();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                WebServer refused = WebServer.open(
                        WebSettings.onLoopback(taken.getLocalPort(), token), new Masking(), Supervisor.system())) {
            assertThatThrownBy(refused::awaitListening)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
        }
    }
}
