package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.management.StreamFixture;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of a router with real routes from a simulated cloud, whose sink does what a test says. */
final class NowDocumentTest {
    private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private StreamFixture fixture;
    private RunningSeries series;
    private NowDocument document;
    private String stream;

    /** What the sink does. */
    private volatile Sink sink = () -> {};

    private interface Sink {
        void take() throws Exception;
    }

    @BeforeEach
    void open() throws Exception {
        fixture = new StreamFixture(folder);
        series = new RunningSeries(
                folder.resolve("series"), new MemoryBudget(1 << 24), Supervisor.system(), Clock.systemUTC());
        document = new NowDocument(fixture.status(), series, folder, STARTED, "1.2.3");
        stream = fixture.cloud().projectId() + "/default";
    }

    @AfterEach
    void close() {
        // A route that cannot deliver takes its time to stop.
        sink = () -> {};
        series.close();
        fixture.close();
    }

    private void deliver(Exchange exchange) throws Exception {
        sink.take();
    }

    private JsonNode until(Predicate<JsonNode> condition) {
        return await().atMost(StreamFixture.PATIENCE).until(() -> document.json(), condition);
    }

    private static String sentence(JsonNode json) {
        return json.at("/verdict/sentence").asText();
    }

    @Test
    void saysThatAllIsWellAndShowsStreamsJournalsRoutesAndGraphs() throws Exception {
        fixture.routes(this::deliver, "one");
        series.add(fixture.status().streams().get(0));
        fixture.publish(21.5);

        JsonNode json = until(now -> now.at("/graphs/0/series").asInt() == 1
                && now.at("/routes/0/delivered").asInt() > 0
                && now.at("/routes/0/lag").asInt() == 0
                && now.at("/journal/0/oldest").isTextual());

        assertThat(json.at("/verdict/status").asText()).isEqualTo("UP");
        assertThat(sentence(json)).startsWith("All is well since");
        assertThat(json.path("version").asText()).isEqualTo("1.2.3");
        assertThat(json.path("startedAt").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(json.at("/streams/0/stream").asText()).isEqualTo(stream);
        assertThat(json.at("/streams/0/state").asText()).isEqualTo("live");
        assertThat(json.at("/streams/0/account").isNull()).isTrue();
        assertThat(json.at("/streams/0/events").asInt()).isPositive();
        assertThat(json.at("/streams/0/lastByteSeconds").isNumber()).isTrue();
        assertThat(json.at("/journal/0/stream").asText()).isEqualTo(stream);
        assertThat(json.at("/journal/0/events").asInt()).isPositive();
        assertThat(Instant.parse(json.at("/journal/0/oldest").asText()))
                .isBeforeOrEqualTo(Instant.parse(json.at("/journal/0/newest").asText()));
        JsonNode route = json.at("/routes/0");
        assertThat(route.path("route").asText()).isEqualTo("one");
        assertThat(route.path("state").asText()).isEqualTo("started");
        assertThat(route.path("lagSeconds").asDouble()).isZero();
        assertThat(route.path("advice").isNull()).isTrue();
        assertThat(route.path("lastError").isNull()).isTrue();
        assertThat(json.at("/disk/0/freeBytes").asLong()).isPositive();
        assertThat(json.at("/heap/budget").asLong()).isPositive();
        assertThat(json.path("rejected").isEmpty()).isTrue();
        assertThat(json.path("gaps").isEmpty()).isTrue();
        assertThat(json.path("unfillableGaps").isIntegralNumber()).isTrue();
        assertThat(json.path("unfillableGaps").asInt()).isZero();
        assertThat(json.has("group")).isFalse();
        assertThat(json.at("/alarms/raised").asInt()).isZero();
        assertThat(json.at("/alarms/worst").isNull()).isTrue();
        assertThat(json.path("checks")).anySatisfy(check -> {
            assertThat(check.path("part").asText()).isEqualTo("graphs " + stream);
            assertThat(check.path("status").asText()).isEqualTo("UP");
        });
    }

    @Test
    void needsALookAtARouteWhoseErrorHandlerTookAnEventAlthoughItDeliversOn() throws Exception {
        sink = () -> {
            throw new IOException("the sink is away");
        };
        fixture.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-stream:" + fixture.cloud().projectId() + "?subscriber=handled&pingInterval=1000")
                        .routeId("handled")
                        .errorHandler(deadLetterChannel("log:dead?level=OFF"))
                        .process(NowDocumentTest.this::deliver);
            }
        });
        fixture.routes(exchange -> {}, "one");

        JsonNode json = until(now -> now.at("/verdict/status").asText().equals("DEGRADED"));

        assertThat(sentence(json))
                .startsWith("The route handled needs a look: ")
                .contains("taken by an error handler of the route", "the sink is away");
        assertThat(json.at("/verdict/since").isNull()).isTrue();
        assertThat(json.path("routes")).anySatisfy(route -> {
            assertThat(route.path("route").asText()).isEqualTo("handled");
            assertThat(route.path("advice").asText()).contains("taken by an error handler of the route");
        });
    }

    @Test
    void addsUpWhatSeveralComponentsRejectAndHold() throws Exception {
        fixture.context()
                .addComponent("dt-other", SimulatedAccount.quickToStop(fixture.cloud(), folder.resolve("other")));
        fixture.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-other:" + fixture.cloud().projectId() + "?subscriber=two&pingInterval=1000")
                        .routeId("two")
                        .process(NowDocumentTest.this::deliver);
            }
        });
        fixture.routes(this::deliver, 2, "one");
        fixture.cloud().publishRaw("no event");

        JsonNode json = until(now -> fixture.status().rejectFiles().stream()
                .noneMatch(file -> file.counts().isEmpty()));

        assertThat(fixture.status().rejectFiles()).hasSize(2);
        JsonNode rejected = document.json().path("rejected");
        assertThat(rejected).hasSize(1);
        assertThat(rejected.elements().next().asInt()).isEqualTo(2);
        long bytes = fixture.status().memory().stream()
                .mapToLong(MemoryBudget::bytes)
                .sum();
        assertThat(json.at("/heap/budget").asLong()).isEqualTo(bytes);
    }

    @Test
    void saysSinceWhenARouteDeliversNothingAndHowOldItsOldestEventIs() throws Exception {
        sink = () -> {
            throw new IOException("the sink is away");
        };
        fixture.routes(this::deliver, "one");
        fixture.publish(21.5);

        JsonNode json = until(now -> now.at("/routes/0/failures").asInt() > 1
                && now.at("/routes/0/lagSeconds").asDouble() > 0);

        assertThat(json.at("/verdict/status").asText()).isEqualTo("DOWN");
        assertThat(sentence(json))
                .startsWith("The route one delivers nothing since ")
                .contains("the sink is away");
        JsonNode route = json.at("/routes/0");
        assertThat(route.path("lag").asInt()).isPositive();
        assertThat(route.path("lastError").asText()).contains("the sink is away");
        assertThat(route.path("advice").asText()).contains("deliveries fail");
        assertThat(route.path("since").asText())
                .isEqualTo(json.at("/verdict/since").asText());
    }

    @Test
    void saysSinceWhenNothingArrivesThatIsSinceTheGapBegan() throws Exception {
        fixture.routes(this::deliver, "one");
        fixture.cloud().faults().respond(Target.STREAM, 100_000, 503, "3600");
        fixture.cloud().faults().endStreams(Faults.StreamEnd.CUT);

        // The first attempt follows at once; after its answer the session waits for an hour.
        JsonNode json = until(now -> now.at("/streams/0/state").asText().equals("waiting")
                && sentence(now).contains("503"));

        assertThat(json.at("/verdict/status").asText()).isEqualTo("DOWN");
        assertThat(sentence(json))
                .startsWith("No events arrive from " + stream + " since ")
                .contains("The router tries again by itself")
                .endsWith("One more thing needs a look: missing data of " + stream + ".");
        assertThat(json.at("/verdict/since").asText())
                .isEqualTo(json.at("/gaps/0/from").asText());
        assertThat(json.at("/gaps/0/to").isNull()).isTrue();
        assertThat(json.at("/gaps/0/progress").isNull()).isTrue();
    }

    @Test
    void saysThatAStreamWhichStoppedIsNotTriedAnyMore() throws Exception {
        fixture.routes(this::deliver, "one");
        fixture.cloud().faults().respond(Target.STREAM, 100_000, 403);
        fixture.cloud().faults().endStreams(Faults.StreamEnd.CUT);

        JsonNode json = until(now -> now.at("/streams/0/state").asText().equals("stopped"));

        assertThat(sentence(json))
                .startsWith("No events arrive from " + stream + " since ")
                .contains("the router does not try any more: ", "Put that right, then start the router again");
        assertThat(json.at("/verdict/since").asText())
                .isEqualTo(json.at("/streams/0/since").asText());
    }

    @Test
    void showsARouteThatIsStoppedWithoutFiguresOfItsDelivery() throws Exception {
        fixture.routes(this::deliver, "one", "two");

        fixture.context().getRouteController().stopRoute("two");

        JsonNode json = document.json();
        assertThat(json.at("/routes/1/state").asText()).isEqualTo("stopped");
        assertThat(json.at("/routes/1").has("lag")).isFalse();
        assertThat(json.at("/routes/1/advice").asText()).contains("waits in the journal");
        assertThat(sentence(json)).startsWith("The route two needs a look: stopped");
    }

    @Test
    void advisesAboutTheProjectThatARouteOfSeveralCannotRead() throws Exception {
        SimulatedCloud other = fixture.cloud().addProject(new Random(2));
        other.addDevices(1, DeviceType.TEMPERATURE);
        Files.createDirectories(folder.resolve("journal"));
        Files.writeString(folder.resolve("journal").resolve(other.projectId()), "no folder");
        fixture.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-stream:" + fixture.cloud().projectId() + "," + other.projectId()
                                + "?subscriber=one&pingInterval=1000")
                        .routeId("one")
                        .process(exchange -> {});
            }
        });
        fixture.context().start();

        JsonNode json = until(now -> now.at("/routes/0/lag").isNumber());

        assertThat(json.at("/routes/0/advice").asText())
                .startsWith("one of " + other.projectId() + ": cannot be read: ");
        assertThat(sentence(json)).startsWith("The route one of " + other.projectId() + " delivers nothing");
    }

    /** Writes a ledger of an earlier run: a gap that was found unfillable at a time, and one that is to be filled. */
    private void ledger(Instant unfillableSince) throws IOException {
        Instant now = Instant.now();
        Path file = folder.resolve("gaps/" + stream + "/gaps.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                {"version":1,"nextId":3,"gaps":[
                 {"id":1,"state":"unfillable","from":"%s","to":"%s","reason":"reset","interruptions":1,
                  "started":null,"ended":"%s","unfillable":"history does not reach that far"},
                 {"id":2,"state":"open","from":"%s","to":"%s","reason":"silence","interruptions":1,
                  "started":null,"ended":null}]}
                """.formatted(
                        now.minus(Duration.ofDays(20)),
                        now.minus(Duration.ofDays(19)),
                        unfillableSince,
                        now.minus(Duration.ofHours(3)),
                        now.minus(Duration.ofHours(2))));
        fixture.cloud().faults().respond(Target.HISTORY, 100_000, 503);
    }

    @Test
    void doesNotSayThatNothingNeedsToBeDoneWhileDataIsLostBesideAGapThatIsFilled() throws Exception {
        ledger(Instant.now().minus(Duration.ofHours(2)));
        fixture.routes(this::deliver, "one");

        JsonNode json = document.json();

        assertThat(json.path("gaps")).hasSize(2);
        assertThat(json.at("/gaps/0/state").asText()).isEqualTo("unfillable");
        assertThat(json.at("/gaps/0/reason").asText()).isEqualTo("history does not reach that far");
        assertThat(json.at("/gaps/1/reason").asText()).isEqualTo("silence");
        assertThat(sentence(json))
                .startsWith("Some data of " + stream + " is missing for good: 1 open")
                .contains("gap 1 from", "history does not reach that far")
                .doesNotContain("Nothing needs to be done");
    }

    @Test
    void showsAGapThatIsFilledAndForgetsAfterADayWhatIsLost() throws Exception {
        ledger(Instant.now().minus(Duration.ofHours(25)));
        fixture.routes(this::deliver, "one");

        JsonNode json = document.json();

        assertThat(json.path("gaps")).hasSize(1);
        assertThat(json.at("/gaps/0/reason").asText()).isEqualTo("silence");
        assertThat(json.at("/verdict/status").asText()).isEqualTo("DEGRADED");
        assertThat(sentence(json))
                .startsWith("Data of " + stream + " is missing since ")
                .endsWith("Nothing needs to be done.");
    }

    private static AlarmView alarm(String device, AlarmState state, @Nullable Instant shelvedUntil) {
        return new AlarmView(
                new AlarmKey("warm", device, AlarmKey.Subject.VALUE),
                device,
                state,
                Severity.WARNING,
                STARTED,
                "9 °C",
                false,
                null,
                shelvedUntil);
    }

    @Test
    void countsAsRaisedWhatIsOnAndAsUnacknowledgedWhatWaitsForSomebody() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        NowDocument.putAlarms(
                json,
                List.of(
                        alarm("d1", AlarmState.UNACKNOWLEDGED, null),
                        alarm("d2", AlarmState.UNACKNOWLEDGED, STARTED.plusSeconds(3600)),
                        alarm("d3", AlarmState.ACKNOWLEDGED, null),
                        alarm("d4", AlarmState.PENDING, null)),
                7);

        assertThat(json.path("raised").asInt()).isEqualTo(3);
        assertThat(json.path("unacknowledged").asInt()).isEqualTo(1);
        assertThat(json.path("acknowledged").asInt()).isEqualTo(1);
        assertThat(json.path("shelved").asInt()).isEqualTo(1);
        assertThat(json.path("pending").asInt()).isEqualTo(1);
        assertThat(json.path("rules").asInt()).isEqualTo(7);
    }

    @Test
    void stillCountsALostGapThatItTellsNoMore() throws Exception {
        ledger(Instant.now().minus(Duration.ofDays(2)));
        fixture.routes(this::deliver, "one");

        JsonNode json = document.json();

        assertThat(json.path("gaps")).hasSize(1);
        assertThat(json.at("/gaps/0/reason").asText()).isEqualTo("silence");
        assertThat(json.path("unfillableGaps").asInt()).isEqualTo(1);
    }

    @Test
    void callsNothingLostWhileTheListOfGapsCannotBeWritten() throws Exception {
        // The next content of the list cannot be written where a folder is.
        Files.createDirectories(folder.resolve("gaps/" + stream + "/gaps.json.next/full"));
        fixture.routes(this::deliver, "one");
        fixture.cloud().faults().endStreams(Faults.StreamEnd.CUT);

        JsonNode json = until(now -> sentence(now).contains("ledger"));

        assertThat(sentence(json))
                .startsWith("Gaps in the data of " + stream + " cannot be noted: the gap ledger cannot be written (")
                .contains("Make room on the disk or mend it.")
                .doesNotContain("for good", "Nothing needs to be done");
    }
}
