package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.HttpProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routes of a project of the simulated cloud, {@code one} and {@code two}, whose sinks are away when a test says so. */
final class JobsTest {
    private static final String SPAN = "\"from\":\"2020-01-01T00:00:00Z\",\"to\":\"2040-01-01T00:00:00Z\"";

    @TempDir
    private Path folder;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    /** Whether the sinks accept nothing. */
    private volatile boolean isAway;

    /** Called by each thread that looks for the routes. */
    private volatile Runnable lookedAt = () -> {};

    private StreamFixture fixture;
    private RouterStatus status;
    private Jobs jobs;

    @BeforeEach
    void open() throws Exception {
        fixture = new StreamFixture(folder, new DefaultCamelContext() {
            @Override
            public List<Route> getRoutes() {
                lookedAt.run();
                return super.getRoutes();
            }
        });
        status = fixture.status();
        jobs = new Jobs(status, Clock.systemUTC(), Supervisor.system());
    }

    @AfterEach
    void close() {
        // A route that cannot deliver takes its time to stop.
        isAway = false;
        jobs.close();
        fixture.close();
    }

    private void routes() throws Exception {
        fixture.routes(this::sink, "one", "two");
    }

    private void sink(Exchange exchange) throws IOException {
        String event = exchange.getMessage().getHeader("DtEventId", String.class);
        if (isAway) {
            throw new IOException("the sink is away");
        }
        delivered.add(exchange.getFromRouteId() + " " + event);
    }

    private String publish() {
        return fixture.publish(21.5);
    }

    private long times(String route, String event) {
        return delivered.stream().filter((route + " " + event)::equals).count();
    }

    private void awaitDelivered(String event) {
        await().atMost(StreamFixture.PATIENCE).until(() -> times("one", event) == 1 && times("two", event) == 1);
    }

    private String start(String kind, String request) throws Exception {
        return jobs.start(kind, mapper.readTree("{" + request + "}")).path("id").asText();
    }

    /** Starts it; returns its end. */
    private JsonNode ended(String kind, String request) throws Exception {
        return ended(start(kind, request));
    }

    private JsonNode ended(String id) throws Exception {
        await().atMost(StreamFixture.PATIENCE).until(() -> jobs.get(id).has("ended"));
        return jobs.get(id);
    }

    private static String state(JsonNode job) {
        return job.path("state").asText() + ": " + job.path("message").asText();
    }

    private void refuses(String kind, String request, int code, String sentence) {
        assertThatThrownBy(() -> start(kind, request)).isInstanceOfSatisfying(HttpProblem.class, problem -> {
            assertThat(problem.status()).isEqualTo(code);
            assertThat(problem.getMessage()).contains(sentence);
        });
        assertThat(jobs.all()).isEmpty();
    }

    @Test
    void namesTheKindsOfJobs() {
        refuses("reply", SPAN, 404, "there are replay, backfill, rejected-retry and forget");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                              |                              | must be times such as",
                "yesterday                     | 2026-01-02T00:00:00Z         | must be times such as",
                "2026-01-01T00:00:00Z          | 2026-01-02                   | must be times such as",
                "2026-01-02T00:00:00Z          | 2026-01-02T00:00:00Z         | which is not before to",
                "2026-01-03T00:00:00Z          | 2026-01-02T00:00:00Z         | which is not before to"
            })
    void saysWhatIsWrongWithASpan(String from, String to, String sentence) {
        refuses(
                "replay",
                "\"subscriber\":\"one\",\"from\":\"" + (from == null ? "" : from) + "\",\"to\":\""
                        + (to == null ? "" : to) + "\"",
                400,
                sentence);
    }

    @Test
    void saysThatNothingRuns() throws Exception {
        fixture.context().start();

        refuses("replay", "\"subscriber\":\"one\"," + SPAN, 404, "there is no subscriber 'one'. None is running.");
        refuses("rejected-retry", "\"subscriber\":\"one\"", 404, "None is running.");
        refuses("forget", "\"subscriber\":\"one\"", 404, "None is running.");
        refuses("backfill", SPAN, 404, "no running route reads a stream");
        refuses(
                "backfill",
                "\"stream\":\"p/default\"," + SPAN,
                404,
                "there is no stream 'p/default'. None is running.");
    }

    @Test
    void aRetryOfNothingIsDone() throws Exception {
        fixture.context().start();

        assertThat(state(ended("rejected-retry", ""))).isEqualTo("done: there is nothing to be sent again");
    }

    @Test
    void keepsTheLastHundred() throws Exception {
        fixture.context().start();
        for (int number = 1; number <= 103; number++) {
            start("rejected-retry", "");
        }

        assertThat(jobs.all()).hasSize(100);
        assertThat(jobs.all().get(0).path("id").asText()).isEqualTo("4");
        assertThat(jobs.all().get(99).path("id").asText()).isEqualTo("103");
        assertThatThrownBy(() -> jobs.get("3")).isInstanceOf(HttpProblem.class).hasMessage("there is no job 3");
    }

    @Test
    void startsNothingWhileItStops() throws Exception {
        fixture.context().start();
        jobs.close();

        refuses("rejected-retry", "", 503, "the router is stopping");
    }

    @Test
    void replaysToOneSubscriberOneSpanAfterAnotherAndSaysWhyOneWaits() throws Exception {
        routes();
        String event = publish();
        awaitDelivered(event);
        isAway = true;

        String first = start("replay", "\"subscriber\":\"one\"," + SPAN);
        await().atMost(StreamFixture.PATIENCE)
                .untilAsserted(() -> assertThat(state(jobs.get(first)))
                        .startsWith("running: 0 events delivered; trying again: ")
                        .contains("the sink is away"));
        String second = start("rejected-retry", "");
        assertThat(state(jobs.get(second))).isEqualTo("waiting: waits for the job before it");
        assertThat(times("one", event)).isEqualTo(1);
        isAway = false;

        assertThat(state(ended(first))).isEqualTo("done: 1 events were delivered again");
        assertThat(jobs.get(first).path("percent").asInt()).isEqualTo(100);
        assertThat(state(ended(second))).startsWith("done: ");
        assertThat(times("one", event)).isEqualTo(2);
        assertThat(times("two", event)).isEqualTo(1);
    }

    @Test
    void aReplayWhoseRouteStopsSaysHowFarItCame() throws Exception {
        routes();
        awaitDelivered(publish());
        isAway = true;
        String replay = start("replay", "\"subscriber\":\"one\"," + SPAN);
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> state(jobs.get(replay)).contains("trying again"));

        fixture.context().getRouteController().stopRoute("one");

        assertThat(state(ended(replay)))
                .isEqualTo("failed: the route was stopped or exchanged after 0 events; start the replay again for the"
                        + " rest");
    }

    @Test
    void aRouterThatStopsEndsAReplay() throws Exception {
        routes();
        awaitDelivered(publish());
        isAway = true;
        String replay = start("replay", "\"subscriber\":\"one\"," + SPAN);
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> state(jobs.get(replay)).contains("trying again"));

        jobs.close();

        assertThat(state(ended(replay))).isEqualTo("failed: the router was stopped");
    }

    @Test
    void aRouterThatStopsWhileAReplayBeginsEndsIt() throws Exception {
        routes();
        awaitDelivered(publish());
        isAway = true;
        // The replay has begun, and looks for its route when the router stops.
        lookedAt = () -> {
            if (Thread.currentThread().getName().equals("replay")) {
                jobs.close();
            }
        };

        String replay = start("replay", "\"subscriber\":\"one\"," + SPAN);

        assertThat(state(ended(replay))).isEqualTo("failed: the router was stopped");
    }

    @Test
    void aRouterThatStopsEndsJobsThatWait() throws Exception {
        routes();
        awaitDelivered(publish());
        isAway = true;
        String replay = start("replay", "\"subscriber\":\"one\"," + SPAN);
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> state(jobs.get(replay)).contains("trying again"));
        String waiting = start("replay", "\"subscriber\":\"two\"," + SPAN);

        jobs.close();

        assertThat(state(jobs.get(waiting))).isEqualTo("failed: the router was stopped before the job began");
        assertThat(jobs.get(waiting).has("ended")).isTrue();
        assertThat(state(ended(replay))).isEqualTo("failed: the router was stopped");
    }

    @Test
    void forgetsASubscriberWithoutARouteOnlyAndCountsWhatItHadNotDelivered() throws Exception {
        routes();
        awaitDelivered(publish());
        String stream = status.streams().get(0).name();
        assertThat(state(ended("forget", "\"subscriber\":\"two\"")))
                .isEqualTo("failed: a route of " + stream + " uses it; remove the route first");

        fixture.context().getRouteController().stopRoute("two");
        String missed = publish();
        await().atMost(StreamFixture.PATIENCE).until(() -> times("one", missed) == 1);

        JsonNode forgotten = ended("forget", "\"subscriber\":\"two\"");
        assertThat(forgotten.path("title").asText()).isEqualTo("forget two");
        assertThat(state(forgotten))
                .matches("done: " + stream + ": forgotten, with [1-9]\\d* events that it had not delivered");
        assertThatThrownBy(() -> start("forget", "\"subscriber\":\"two\""))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("There are: one.");
    }

    @Test
    void asksForTheNameThatIsNearest() throws Exception {
        routes();

        refuses("replay", "\"subscriber\":\"tow\"," + SPAN, 404, "did you mean 'two'? There are: one, two.");
    }
}
