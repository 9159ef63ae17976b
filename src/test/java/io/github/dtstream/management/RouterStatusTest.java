package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.camel.FakeStreamGroup;
import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status of real routes from a simulated cloud. */
final class RouterStatusTest {
    @TempDir
    private Path folder;

    private StreamFixture fixture;
    private RouterStatus status;
    private String stream;
    /** Whether the sinks accept nothing. */
    private volatile boolean isAway;

    @BeforeEach
    void open() throws Exception {
        fixture = new StreamFixture(folder);
        status = fixture.status();
        stream = fixture.cloud().projectId() + "/default";
    }

    @AfterEach
    void close() {
        isAway = false;
        fixture.close();
    }

    private void deliver(Exchange exchange) throws IOException {
        if (isAway) {
            throw new IOException("the sink is away");
        }
    }

    private static Health health(Health.Kind kind, Health.Status status) {
        return new Health(kind.part("a"), status, "a secret reason");
    }

    @Test
    void isAsBadAsTheWorstPart() {
        Health up = health(Health.Kind.STREAM, Health.Status.UP);
        Health degraded = health(Health.Kind.DISK, Health.Status.DEGRADED);
        Health down = health(Health.Kind.ROUTE, Health.Status.DOWN);

        assertThat(RouterStatus.overall(List.of())).isEqualTo(Health.Status.UP);
        assertThat(RouterStatus.overall(List.of(up, degraded, up))).isEqualTo(Health.Status.DEGRADED);
        assertThat(RouterStatus.overall(List.of(degraded, down, up))).isEqualTo(Health.Status.DOWN);
        assertThat(RouterStatus.bare(List.of(degraded, down)))
                .containsExactly(new Health(Health.Kind.ROUTER.part(), Health.Status.DOWN, ""));
    }

    @Test
    void isReadyAsLongAsOneOfItsStreamsReceives() throws Exception {
        try (SimulatedCloud other =
                SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(2))) {
            other.addDevices(1, DeviceType.TEMPERATURE);
            other.faults().respond(Target.STREAM, 100_000, 503, "3600");
            fixture.context().addComponent("dt-other", SimulatedAccount.quickToStop(other, folder.resolve("other")));
            fixture.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("dt-other:" + other.projectId() + "?subscriber=two&pingInterval=1000")
                            .routeId("two")
                            .process(RouterStatusTest.this::deliver);
                }
            });
            fixture.routes(this::deliver, "one");
            String away = "dt-other:" + other.projectId() + "/default";
            await().atMost(StreamFixture.PATIENCE)
                    .until(() -> of(status.health(), "stream " + away).status() == Health.Status.DOWN);

            assertThat(of(status.readiness(), "stream " + stream).status()).isEqualTo(Health.Status.UP);
            Health missing = of(status.readiness(), "stream " + away);
            assertThat(missing.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(missing.message())
                    .isEqualTo(of(status.health(), "stream " + away).message());
            assertThat(RouterStatus.overall(status.readiness())).isEqualTo(Health.Status.DEGRADED);

            fixture.cloud().faults().respond(Target.STREAM, 100_000, 503, "3600");
            fixture.cloud().faults().endStreams(Faults.StreamEnd.CUT);
            await().atMost(StreamFixture.PATIENCE)
                    .until(() -> RouterStatus.overall(status.readiness()) == Health.Status.DOWN);
            assertThat(of(status.readiness(), "stream " + away).status()).isEqualTo(Health.Status.DOWN);
            assertThat(RouterStatus.overall(status.liveness())).isEqualTo(Health.Status.UP);
        }
    }

    /** A platform that replaces the routers of a group one by one must not go on past this one. */
    @Test
    void isReadyWhileItWaitsForAStreamAndNotWhileItCannotOpenTheOneThatItIsToHold() throws Exception {
        FakeStreamGroup group = new FakeStreamGroup(false);
        fixture.context().getRegistry().bind("group", group);
        Files.createDirectories(folder.resolve("journal"));
        Files.writeString(folder.resolve("journal").resolve(fixture.cloud().projectId()), "where a folder should be");
        fixture.routes(this::deliver, 0, "one");
        assertThat(RouterStatus.overall(status.readiness())).isEqualTo(Health.Status.UP);

        group.assign(stream);

        await().atMost(StreamFixture.PATIENCE)
                .until(() -> RouterStatus.overall(status.readiness()) == Health.Status.DOWN);
        assertThat(of(status.readiness(), "stream " + stream).message()).contains("holds it and cannot open it");

        group.lose(stream);

        await().atMost(StreamFixture.PATIENCE)
                .until(() -> RouterStatus.overall(status.readiness()) == Health.Status.UP);
    }

    @Test
    void isNotReadyBeforeItsRoutesHaveStarted() throws Exception {
        assertThat(RouterStatus.overall(status.readiness())).isEqualTo(Health.Status.DOWN);
        assertThat(RouterStatus.overall(status.liveness())).isEqualTo(Health.Status.UP);

        fixture.routes(this::deliver, "one");

        assertThat(RouterStatus.overall(status.readiness())).isEqualTo(Health.Status.UP);
    }

    /** Camel lists the routes at one moment, and tells the status of each at another one. */
    private static final class LateContext extends DefaultCamelContext {
        private @Nullable List<Route> listed;

        @Override
        public List<Route> getRoutes() {
            return listed == null ? super.getRoutes() : listed;
        }
    }

    @Test
    void takesARouteThatIsRemovedMeanwhileForStopped() throws Exception {
        try (LateContext context = new LateContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("removed").to("direct:out");
                }
            });
            context.start();
            RouterStatus late = new RouterStatus(context, List::of, Supervisor.system(), CloudClock.system());
            List<Route> listed = List.copyOf(context.getRoutes());
            context.getRouteController().stopRoute("removed");
            context.removeRoute("removed");
            context.listed = listed;

            assertThat(of(late.health(), "route removed").message()).startsWith("stopped");
            assertThat(late.routeStates())
                    .extracting(RouterStatus.RouteState::state)
                    .containsExactly("stopped");
            context.listed = null;
        }
    }

    private static Health of(List<Health> parts, String part) {
        return parts.stream()
                .filter(one -> one.part().toString().equals(part))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsARouteThatFailsWithItsReasonAndOneThatIsStoppedAsASubscriberWithoutARoute() throws Exception {
        fixture.routes(this::deliver, "one", "two");
        fixture.publish(21.5);
        await().atMost(StreamFixture.PATIENCE)
                .until(() -> status.deliveries().stream()
                        .allMatch(each ->
                                each.status().delivered() > 0 && each.status().lag() == 0));
        fixture.context().getRouteController().stopRoute("two");
        isAway = true;
        fixture.publish(22.5);

        JsonNode json = await().atMost(StreamFixture.PATIENCE)
                .until(
                        status::routesJson,
                        list -> list.at("/routes/0/failures").asInt() > 0
                                && list.at("/retired/0/lag").asInt() > 0
                                && list.at("/routes/0/lastError").isTextual());

        JsonNode one = json.at("/routes/0");
        assertThat(one.path("route").asText()).isEqualTo("one");
        assertThat(one.path("subscriber").asText()).isEqualTo("one");
        assertThat(one.has("project")).as("it reads one only").isFalse();
        assertThat(one.path("lastError").asText()).contains("the sink is away");
        assertThat(Instant.parse(one.path("failingSince").asText())).isBeforeOrEqualTo(status.now());
        assertThat(one.has("partitions")).isFalse();
        assertThat(json.at("/routes/1").toString()).isEqualTo("{\"route\":\"two\",\"state\":\"stopped\"}");
        assertThat(json.at("/retired/0/stream").asText()).isEqualTo(stream);
        assertThat(json.at("/retired/0/subscriber").asText()).isEqualTo("two");
        assertThat(json.at("/retired/0/forgottenInSeconds").asLong()).isPositive();
        assertThat(json.path("complaints").findValuesAsText("part")).contains("route one", "route two");
        assertThat(json.at("/streams/0/stream").asText()).isEqualTo(stream);
        assertThat(json.at("/streams/0/state").asText()).isEqualTo("live");
        assertThat(json.at("/streams/0").has("pushed")).isFalse();
        assertThat(json.at("/streams/0").has("ledgerProblem")).isFalse();
        assertThat(json.has("node")).isFalse();
        assertThat(json.path("memory")).hasSize(1);
        assertThat(Instant.parse(json.path("now").asText())).isBeforeOrEqualTo(status.now());
    }

    @Test
    void showsAGapWithWhatIsKnownOfItsFillOnly() throws Exception {
        Instant now = Instant.now();
        Path file = folder.resolve("gaps/" + stream + "/gaps.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                {"version":1,"nextId":8,"gaps":[{"id":7,"state":"open","from":"%s","to":"%s","reason":"silence",
                 "interruptions":1,"started":null,"ended":null}]}
                """.formatted(now.minus(Duration.ofHours(3)), now.minus(Duration.ofHours(2))));
        fixture.cloud().faults().respond(Target.HISTORY, 100_000, 503, "3600");
        fixture.routes(this::deliver, "one");

        JsonNode gap = await().atMost(StreamFixture.PATIENCE)
                .until(
                        () -> status.gapsJson().path(stream).path(0),
                        one -> one.path("state").asText().equals("filling"));

        assertThat(gap.path("id").asInt()).isEqualTo(7);
        assertThat(gap.path("reason").asText()).isEqualTo("silence");
        assertThat(gap.path("percent").asInt()).isZero();
        assertThat(gap.has("waitsBecause")).isFalse();
        assertThat(gap.has("unfillable")).isFalse();
        assertThat(gap.has("ended")).isFalse();
        assertThat(gap.has("polling")).isFalse();
        assertThat(of(status.health(), "gaps " + stream).message()).contains("history is being read, 0 % done");
    }
}
