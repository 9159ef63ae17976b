package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.web.Site;
import io.github.dtstream.web.StaticFiles;
import io.github.dtstream.web.WebServer;
import io.github.dtstream.web.WebSettings;
import io.github.dtstream.web.access.BearerToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementResourcesTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BearerToken token = BearerToken.random(new Random(1), "a file");

    private interface Questions {
        void ask(WebServer server) throws Exception;
    }

    private void withServer(Questions questions) throws Exception {
        withServer(Supervisor.system(), List.of(), questions);
    }

    private void withServer(Supervisor supervisor, List<Health> others, Questions questions) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext();
                WebServer server = WebServer.open(WebSettings.onLoopback(0, token), new Masking(), supervisor)) {
            context.start();
            RouterStatus status = new RouterStatus(context, () -> others, supervisor, CloudClock.system());
            try (ManagementResources resources =
                    new ManagementResources(status, new Jobs(status, Clock.systemUTC(), supervisor), List.of())) {
                server.serve(new Site(
                        resources.all(), List.of(), new StaticFiles(getClass().getClassLoader(), "none")));
                questions.ask(server);
            }
        }
    }

    private static HttpResponse<String> send(WebServer server, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/routes",
                "/gaps",
                "/jobs",
                "/observe/health",
                "/observe/health/live",
                "/observe/health/ready",
                "/observe/metrics"
            })
    void answersHeadAsGetWithoutABodyAndOtherMethodsWith405(String path) throws Exception {
        withServer(server -> {
            HttpResponse<String> get = send(server, "GET", path);
            HttpResponse<String> head = send(server, "HEAD", path);

            assertThat(get.statusCode()).isEqualTo(200);
            assertThat(get.body()).isNotEmpty();
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Content-Length")).isPresent();
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(get.headers().firstValue("Content-Type"));
            for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
                HttpResponse<String> refused = send(server, method, path);
                assertThat(refused.statusCode()).as(method).isEqualTo(405);
                assertThat(refused.headers().firstValue("Allow")).as(method).contains("GET, HEAD");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthy", "/health/", "/health/dead", "/metrics/x", "/nothing", "/jobs/1/x"})
    void saysWhatThereIsAtAPathWhereThereIsNothing(String path) throws Exception {
        withServer(server -> {
            HttpResponse<String> answer = send(server, "GET", path);

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("/health/live", "/metrics");
        });
    }

    @Test
    void takesAJobByPostOnlyAndWithTheToken() throws Exception {
        withServer(server -> {
            assertThat(send(server, "POST", "/jobs/replay").statusCode()).isEqualTo(401);
            HttpResponse<String> refused = send(server, "DELETE", "/jobs/replay");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD, POST");
            assertThat(send(server, "GET", "/jobs/7").statusCode()).isEqualTo(404);
        });
    }

    @Test
    void isNotAliveWhileAThreadIsDown() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        Supervisor slow = new Supervisor(Clock.systemUTC(), pause -> {
            waits.countDown();
            new CountDownLatch(1).await();
        });
        Thread thread = slow.thread("filler", "no gap is filled", AfterFailure.RESTART, () -> {
            throw new OutOfMemoryError("by intent");
        });
        thread.start();
        waits.await();
        try {
            withServer(slow, List.of(), server -> {
                for (String path : List.of("/health/live", "/health/ready", "/health")) {
                    HttpResponse<String> answer = send(server, "GET", path);
                    assertThat(answer.statusCode()).as(path).isEqualTo(503);
                    assertThat(answer.body()).contains("filler failed once", "no gap is filled", "by intent");
                }
                assertThat(send(server, "GET", "/metrics").body())
                        .contains("dt_threads_down 1.0", "dt_thread_failures_total{thread=\"filler\"} 1.0");
            });
        } finally {
            thread.interrupt();
        }
    }

    @Test
    void writesMetricsByTheRulesOfPrometheus() throws Exception {
        withServer(server -> assertThat(
                        PrometheusRules.check(send(server, "GET", "/metrics").body()))
                .containsKeys("dt_health_status", "dt_threads_down", "jvm_memory_used_bytes"));
    }

    @Test
    void takesATokenOnlyAsItWasNoted() throws Exception {
        withServer(server -> {
            Map<String, Integer> answers = new LinkedHashMap<>();
            answers.put("Bearer " + token.text(), 400);
            answers.put("bearer " + token.text(), 400);
            answers.put("Bearer " + token.text() + "0", 401);
            answers.put("Bearer " + token.text().substring(1), 401);
            answers.put(token.text(), 401);
            answers.put("Bearer", 401);
            answers.forEach((given, status) -> {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(address(server)).resolve("/jobs/replay"))
                        .header("Authorization", given)
                        .POST(HttpRequest.BodyPublishers.ofString("{no json"))
                        .build();
                HttpResponse<String> answer = HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                        .join();
                assertThat(answer.statusCode()).as(given).isEqualTo(status);
                assertThat(answer.body()).doesNotContain(token.text());
            });
        });
    }

    private static String address(WebServer server) {
        try {
            return server.address().toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listsWithTheRoutesWhatHealthComplainsOf() throws Exception {
        List<Health> others = List.of(
                new Health(
                        Health.Kind.ROUTES.part(), Health.Status.DEGRADED, "routes/a.camel.yaml:1:1: error: a mistake"),
                new Health(Health.Kind.GRAPHS.part("p"), Health.Status.UP, "has room"));
        withServer(Supervisor.system(), others, server -> {
            assertThat(send(server, "GET", "/routes").body())
                    .contains("\"complaints\"", "\"routes\"", "a mistake")
                    .doesNotContain("has room");
            assertThat(send(server, "GET", "/health").statusCode()).isEqualTo(200);
            assertThat(send(server, "GET", "/metrics").body()).contains("dt_health_status 1.0");
        });
    }
}
