package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {
    @TempDir
    private Path folder;

    private final Supervisor supervisor = Supervisor.system();

    @Test
    void answersAlsoWhereItsPortCannotBeNoted() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, supervisor, CloudClock.system());
            Jobs jobs = new Jobs(status, Clock.systemUTC(), supervisor);
            try (ManagementServer server = ManagementServer.start(
                            status, jobs, notAFolder.resolve("data"), 0, new Random(1), supervisor);
                    var answer = server.address().resolve("/health").toURL().openStream()) {
                assertThat(answer.readAllBytes()).asString().contains("UP");
            }
        }
    }

    @Test
    void notesItsPortWhenTheDiskTakesItAgain() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("data"), "");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, supervisor, CloudClock.system());
            Jobs jobs = new Jobs(status, Clock.systemUTC(), supervisor);
            try (ManagementServer server =
                    ManagementServer.start(status, jobs, inTheWay, 0, new Random(1), supervisor)) {
                assertThat(inTheWay).isRegularFile();

                Files.delete(inTheWay);

                await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(inTheWay.resolve("management.port")));
                assertThat(ManagementServer.portOf(inTheWay))
                        .isEqualTo(server.address().getPort());
                assertThat(ManagementServer.tokenOf(inTheWay)).hasSize(64);
            }
            assertThat(inTheWay).isEmptyDirectory();
        }
    }

    private static HttpResponse<String> send(ManagementServer server, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private interface Questions {
        void ask(ManagementServer server) throws Exception;
    }

    private void withServer(Questions questions) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, supervisor, CloudClock.system());
            Jobs jobs = new Jobs(status, Clock.systemUTC(), supervisor);
            try (ManagementServer server = ManagementServer.start(status, jobs, folder, 0, new Random(1), supervisor)) {
                questions.ask(server);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/metrics", "/routes", "/gaps", "/jobs"})
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
    void printsNothingOfItsOwnWhateverIsAsked() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            withServer(server -> {
                for (String method : List.of("HEAD", "GET", "PUT", "OPTIONS")) {
                    send(server, method, "/health");
                }
            });
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("httpserver");
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
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, List::of, slow, CloudClock.system());
            Jobs jobs = new Jobs(status, Clock.systemUTC(), slow);
            try (ManagementServer server = ManagementServer.start(status, jobs, folder, 0, new Random(1), slow)) {
                for (String path : List.of("/health/live", "/health/ready", "/health")) {
                    HttpResponse<String> answer = send(server, "GET", path);
                    assertThat(answer.statusCode()).as(path).isEqualTo(503);
                    assertThat(answer.body()).contains("filler failed once", "no gap is filled", "by intent");
                }
                assertThat(send(server, "GET", "/metrics").body())
                        .contains("dt_threads_down 1.0", "dt_thread_failures_total{thread=\"filler\"} 1.0");
            }
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
            String token = ManagementServer.tokenOf(folder);
            Map<String, Integer> answers = new LinkedHashMap<>();
            answers.put("Bearer " + token, 400);
            answers.put("Bearer " + token + "0", 401);
            answers.put("Bearer " + token.substring(1), 401);
            answers.put("bearer " + token, 401);
            answers.put(token, 401);
            answers.put("Bearer", 401);
            answers.forEach((given, status) -> {
                HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/jobs/replay"))
                        .header("Authorization", given)
                        .POST(HttpRequest.BodyPublishers.ofString("{no json"))
                        .build();
                HttpResponse<String> answer = HttpClient.newHttpClient()
                        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                        .join();
                assertThat(answer.statusCode()).as(given).isEqualTo(status);
                assertThat(answer.body()).doesNotContain(token);
            });
        });
    }

    @Test
    void listsWithTheRoutesWhatHealthComplainsOf() throws Exception {
        List<Health> others = List.of(
                new Health("reload", Health.Status.DEGRADED, "routes/a.camel.yaml:1:1: error: a mistake"),
                new Health("disk", Health.Status.UP, "has room"));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouterStatus status = new RouterStatus(context, () -> others, supervisor, CloudClock.system());
            Jobs jobs = new Jobs(status, Clock.systemUTC(), supervisor);
            try (ManagementServer server = ManagementServer.start(status, jobs, folder, 0, new Random(1), supervisor)) {
                assertThat(send(server, "GET", "/routes").body())
                        .contains("\"complaints\"", "\"reload\"", "a mistake")
                        .doesNotContain("has room");
                assertThat(send(server, "GET", "/health").statusCode()).isEqualTo(200);
                assertThat(send(server, "GET", "/metrics").body()).contains("dt_health_status 1.0");
            }
        }
    }
}
