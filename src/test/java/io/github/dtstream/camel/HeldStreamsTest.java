package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.camel.held.HeldStreams;
import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.push.PushDelayedException;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router in a group that assigns it a stream and takes the stream away, with the simulated cloud over real sockets. */
final class HeldStreamsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final FakeStreamGroup group = new FakeStreamGroup(false);
    private final AtomicLong now = new AtomicLong(1);
    private SimulatedCloud cloud;
    private String device;
    private String stream;
    private CamelContext context;
    private DtStreamComponent component;

    @BeforeEach
    void startRouter() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(10), Duration.ofMillis(50));
        cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        stream = cloud.projectId() + "/default";
        context = new DefaultCamelContext();
        context.getRegistry().bind("group", group);
        component = new DtStreamComponent(new StopGrace(Duration.ofSeconds(5), now::get), now::get);
        component.getConfiguration().setMaxRetries(-1);
        SimulatedAccount.set(component, cloud, data);
        component.setHistoryIndexingDelay(200);
        component.getConfiguration().setPingInterval(1000);
        context.addComponent("dt-stream", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("dt-stream:" + cloud.projectId());
                from("dt-stream:" + cloud.projectId() + "?subscriber=a").process(HeldStreamsTest.this::note);
            }
        });
        context.start();
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    @SuppressWarnings("unchecked")
    private void note(Exchange exchange) {
        for (Message part : (List<Message>) exchange.getMessage().getBody(List.class)) {
            if (part.getHeader("DtDeviceId") != null) {
                delivered.add(part.getHeader("DtEventId", String.class));
            }
        }
    }

    private String publish() {
        return cloud.publish(device, "touch", "{}").eventId();
    }

    private void awaitState(Class<? extends SessionState> state) {
        await().atMost(PATIENCE)
                .until(() -> component.streams().stream(stream)
                        .filter(one -> state.isInstance(one.sessionState()))
                        .isPresent());
    }

    private boolean isLive() {
        return component.streams().stream(stream)
                .filter(one -> one.sessionState() instanceof SessionState.Live)
                .isPresent();
    }

    @Test
    void opensNothingBeforeTheGroupHasItHoldTheStream() {
        assertThat(group.wanted).containsExactly(stream);
        assertThat(component.streams().all()).isEmpty();
        assertThat(cloud.openStreams()).isZero();

        Exchange pushed = context.createProducerTemplate()
                .send("direct:in", exchange -> exchange.getMessage().setBody("{}"));

        assertThat(pushed.getException())
                .isInstanceOf(PushDelayedException.class)
                .hasMessageContaining("the stream " + stream + " is held by other");
    }

    @Test
    void letsGoOfAStreamInOrderAndGoesOnWhereItWasWhenItHasTheStreamAgain() {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        String first = publish();
        await().atMost(PATIENCE).until(() -> delivered.contains(first));

        group.revoke(stream);

        assertThat(component.streams().all()).isEmpty();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 0);
        String missed = publish();
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        String last = publish();

        await().atMost(PATIENCE).until(() -> delivered.containsAll(List.of(missed, last)));
        assertThat(delivered).containsExactlyInAnyOrder(first, missed, last);
    }

    @Test
    void opensAStreamAnewThatWasLostAndIsAssignedAgainAtOnce() {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        Object before = component.streams().all().get(0);

        group.lose(stream);
        group.assign(stream);

        await().atMost(PATIENCE)
                .until(() -> isLive() && component.streams().all().get(0) != before);
        String event = publish();
        await().atMost(PATIENCE).until(() -> delivered.contains(event));
    }

    @Test
    void doesNotGoOnOpeningAStreamThatItLosesMeanwhile() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        component.held().add("p/late", user(calls, "first", () -> group.lose("p/late")));
        component.held().add("p/late", user(calls, "second", () -> {}));

        group.assign("p/late");
        await().atMost(PATIENCE).until(() -> calls.contains("first ends"));
        group.revoke("p/late");

        assertThat(calls).containsExactly("first begins", "first ends");
    }

    @Test
    void aStreamThatIsLostWhileTheRouterStopsEndsWithoutBeingInterrupted() throws Exception {
        CountDownLatch ends = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<String> calls = new CopyOnWriteArrayList<>();
        component.held().add("p/late", new StreamUser() {
            @Override
            public void begin() {
                calls.add("begins");
            }

            @Override
            public void end(StopGrace grace) throws InterruptedException {
                ends.countDown();
                mayEnd.await();
                calls.add("ends");
            }
        });
        group.assign("p/late");
        await().atMost(PATIENCE).until(() -> calls.contains("begins"));
        group.lose("p/late");
        ends.await();
        group.wanted.remove("p/late"); // as it is lost, the group does not wait for it when the router leaves

        Thread stop = new Thread(context::stop);
        stop.start();
        await().atMost(PATIENCE).until(() -> group.hasLeft);
        await().atMost(PATIENCE).until(() -> stop.getState() == Thread.State.TIMED_WAITING || !stop.isAlive());
        mayEnd.countDown();
        stop.join();

        assertThat(calls).containsExactly("begins", "ends");
    }

    @Test
    void aUserThatFailsToEndLetsTheOthersOfTheStreamEndBeforeItMoves() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        component.held().add("p/late", new StreamUser() {
            @Override
            public void begin() {}

            @Override
            public void end(StopGrace grace) {
                throw new IllegalStateException("by intent");
            }
        });
        component.held().add("p/late", user(calls, "second", () -> {}));
        group.assign("p/late");
        await().atMost(PATIENCE).until(() -> calls.contains("second begins"));

        group.revoke("p/late");
        assertThat(calls).containsExactly("second begins", "second ends");
        group.assign("p/late");

        await().atMost(PATIENCE).until(() -> calls.size() == 3);
        assertThat(calls).last().isEqualTo("second begins");
    }

    private static StreamUser user(List<String> calls, String name, Runnable meanwhile) {
        return new StreamUser() {
            @Override
            public void begin() {
                calls.add(name + " begins");
                meanwhile.run();
            }

            @Override
            public void end(StopGrace grace) {
                calls.add(name + " ends");
            }
        };
    }

    @Test
    void givesUpAStreamWhoseRequestsAreNotAnsweredForAMinute() {
        cloud.faults().slow(Target.STREAM, 1000, Duration.ofMinutes(5));
        group.others = true;
        group.assign(stream);
        awaitState(SessionState.Connecting.class);

        Looks.await(component.held());
        assertThat(group.released).isEmpty();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        Looks.await(component.held());
        assertThat(group.released).containsExactly(stream + ": the cloud was not reached for a minute");
    }

    @Test
    void givesUpAStreamThatItDoesNotReceiveForAMinuteIfThereAreOthers() {
        cloud.faults().respond(Target.STREAM, 1000, 503);
        group.assign(stream);
        awaitState(SessionState.Waiting.class);

        now.addAndGet(Duration.ofMinutes(1).toNanos());
        Looks.await(component.held());
        assertThat(group.released).isEmpty();
        group.others = true;
        Looks.await(component.held());
        assertThat(group.released).containsExactly(stream + ": the cloud was not reached for a minute");
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        Looks.await(component.held());
        assertThat(group.released).hasSize(1);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        Looks.await(component.held());
        assertThat(group.released).hasSize(2);
    }

    @Test
    void asksNoLongerForAStreamWhoseLastRouteWasRemoved() throws Exception {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        stopRoutes();

        Looks.await(component.held());
        assertThat(group.wanted).as("a route may be about to be added again").containsExactly(stream);
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        Looks.await(component.held());

        assertThat(group.wanted).isEmpty();
        assertThat(group.released).isEmpty();
        group.revoke(stream);
        assertThat(component.streams().all()).isEmpty();
    }

    @Test
    void keepsAskingForAStreamWhoseRouteIsExchanged() throws Exception {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        Object before = component.streams().all().get(0);
        now.addAndGet(Duration.ofMinutes(1).toNanos());

        stopRoutes();
        Looks.await(component.held());
        startRoutes();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        Looks.await(component.held());

        assertThat(group.asked).as("one request, and no other").containsExactly("+ " + stream);
        assertThat(component.streams().all()).containsExactly((EventStream) before);
        String event = publish();
        await().atMost(PATIENCE).until(() -> delivered.contains(event));
    }

    @Test
    void asksAgainForAStreamWhenARouteUsesItAgain() throws Exception {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);
        stopRoutes();
        now.addAndGet(Duration.ofSeconds(30).toNanos());
        Looks.await(component.held());
        group.revoke(stream);
        String missed = publish();

        startRoutes();

        assertThat(group.asked).containsExactly("+ " + stream, "- " + stream, "+ " + stream);
        group.assign(stream);
        await().atMost(PATIENCE).until(() -> delivered.contains(missed));
    }

    @Test
    void asksNoLongerForAStreamOfWhichOnlyARemovedRouteReadAlarms() throws Exception {
        Path rules = Files.writeString(data.resolve("rules.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        DtAlarmComponent alarms = new DtAlarmComponent();
        alarms.setRulesFile("file:" + rules);
        context.addComponent("dt-alarm", alarms);
        String other = cloud.projectId() + "/other";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-alarm:*?stream=other&project=" + cloud.projectId())
                        .routeId("alarms")
                        .log("alarm");
            }
        });
        assertThat(group.wanted).containsExactlyInAnyOrder(stream, other);
        group.assign(other);
        await().atMost(PATIENCE).until(() -> alarms.alarms().services().size() == 1);

        context.getRouteController().stopRoute("alarms");
        Looks.await(component.held());
        now.addAndGet(Duration.ofSeconds(29).toNanos());
        Looks.await(component.held());
        assertThat(group.wanted).as("a route may be about to be added again").contains(other);
        assertThat(alarms.alarms().services()).hasSize(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        Looks.await(component.held());
        assertThat(group.wanted).containsExactly(stream);
        group.revoke(other);
        assertThat(alarms.alarms().services()).isEmpty();

        context.getRouteController().startRoute("alarms");
        assertThat(group.wanted).containsExactlyInAnyOrder(stream, other);
        group.assign(other);
        await().atMost(PATIENCE).until(() -> alarms.alarms().services().size() == 1);
    }

    private void stopRoutes() throws Exception {
        for (Route route : context.getRoutes()) {
            context.getRouteController().stopRoute(route.getRouteId());
        }
    }

    private void startRoutes() throws Exception {
        for (Route route : context.getRoutes()) {
            context.getRouteController().startRoute(route.getRouteId());
        }
    }

    @Test
    void leavesTheGroupWhenItStops() {
        group.assign(stream);
        await().atMost(PATIENCE).until(this::isLive);

        context.stop();

        assertThat(group.hasLeft).isTrue();
    }

    @Test
    void isReadyForAStreamWhenItHasReadTheJournalsAhead() throws Exception {
        AtomicBoolean succeeds = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        component.held().add("p/late", reader(() -> {
            reads.incrementAndGet();
            return succeeds.get();
        }));
        for (int read = 1; read <= 2; read++) {
            int awaited = read;
            await().atMost(PATIENCE).until(() -> {
                Looks.await(component.held());
                return reads.get() >= awaited;
            });
        }
        assertThat(group.ready).doesNotContain("p/late");

        succeeds.set(true);

        await().atMost(PATIENCE).until(() -> {
            Looks.await(component.held());
            return group.ready.contains("p/late");
        });
    }

    @Test
    void opensAStreamWhileItIsReadAhead() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        component.held().add("p/late", reader(() -> {
            reads.countDown();
            mayGoOn.await();
            return true;
        }));
        assertThat(reads.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        component.held().add("p/late", user(new CopyOnWriteArrayList<>(), "first", begun::countDown));

        group.assign("p/late");

        assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        mayGoOn.countDown();
        group.revoke("p/late");
    }

    private static StreamUser reader(Callable<Boolean> readsAhead) {
        return new StreamUser() {
            @Override
            public boolean readAhead(EventStreams streams) {
                try {
                    return readsAhead.call();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void begin() {}

            @Override
            public void end(StopGrace grace) {}
        };
    }

    @Test
    void saysWhyAStreamThatItHoldsCannotBeOpenedUntilItIs() throws Exception {
        AtomicReference<String> why = new AtomicReference<>("the topic is gone");
        AtomicInteger begins = new AtomicInteger();
        StreamUser user = new StreamUser() {
            @Override
            public void begin() throws IOException {
                begins.incrementAndGet();
                if (why.get() != null) {
                    throw new IOException(why.get());
                }
            }

            @Override
            public void end(StopGrace grace) {}
        };
        component.held().add("p/late", user);
        assertThat(component.held().openings()).isEmpty();

        group.assign("p/late");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(component.held().openings())
                        .containsExactly(new HeldStreams.Opening("p/late", "the topic is gone")));
        assertThat(component.held().problem("p/late", user)).contains("the topic is gone");
        why.set(null);
        Looks.await(component.held());
        await().atMost(PATIENCE)
                .until(() -> component.held().problem("p/late", user).isEmpty());
        assertThat(begins).hasValue(2);

        group.revoke("p/late");

        assertThat(component.held().openings()).isEmpty();
    }

    @Test
    void looksAfterOtherStreamsWhileOneIsBeingOpened() throws Exception {
        CountDownLatch opens = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        List<String> calls = new CopyOnWriteArrayList<>();
        component.held().add("a/slow", user(calls, "slow", () -> {
            opens.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        group.assign("a/slow");
        opens.await();
        cloud.faults().respond(Target.STREAM, 1000, 503);
        group.others = true;
        group.assign(stream);
        awaitState(SessionState.Waiting.class);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        try {
            var unused = component.held().look();

            await().atMost(PATIENCE)
                    .until(() -> group.released.contains(stream + ": the cloud was not reached for a minute"));
        } finally {
            mayGoOn.countDown();
        }
    }
}
