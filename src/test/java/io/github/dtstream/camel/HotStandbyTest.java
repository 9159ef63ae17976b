package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.held.StreamUser;
import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.stream.EventStreams;
import io.github.dtstream.stream.standby.StandbyStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two routers with the same journals, of which one stands by hot for the stream that the other one holds, with the
 * simulated cloud over real sockets. The test is the group, and moves the cloud's time.
 */
final class HotStandbyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final MovedClock clock = new MovedClock();
    private final AtomicLong nanos = new AtomicLong(1);
    private SimulatedCloud cloud;
    private FaultProxy proxy;
    private String device;
    private String stream;
    private Node holder;
    private Node standby;

    /** A router, and what its route delivered. */
    private record Node(
            FakeStreamGroup group, CamelContext context, DtStreamComponent component, List<String> delivered) {
        EventStream stream(String name) {
            return component.streams().stream(name).orElseThrow();
        }
    }

    /** The machine's clock, moved on by the test. */
    private static final class MovedClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void startRouters() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(10), Duration.ofMillis(50));
        cloud = SimulatedCloud.start(settings, clock, new Random(1));
        proxy = FaultProxy.start(cloud.port());
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        stream = cloud.projectId() + "/default";
        holder = node("a", cloud.baseUri().toString(), false);
        standby = node("b", "http://127.0.0.1:" + proxy.port() + "/v2", true);
        holder.group().assign(stream);
        awaitStandby();
        String first = publish();
        await().atMost(PATIENCE).until(() -> holder.delivered().contains(first));
    }

    private Node node(String name, String apiUrl, boolean hot) throws Exception {
        FakeStreamGroup group = new FakeStreamGroup(hot);
        CamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("group", group);
        context.getRegistry().bind("journals", new LocalJournals(folder.resolve("shared")));
        DtStreamComponent component =
                new DtStreamComponent(new StopGrace(Duration.ofSeconds(5), nanos::get), nanos::get);
        component.getConfiguration().setMaxRetries(-1);
        component.getConfiguration().setInitialRetryDelay(100);
        component.getConfiguration().setMaxRetryDelay(200);
        SimulatedAccount.set(component, cloud, folder.resolve(name));
        component.setApiUrl(apiUrl);
        component.setHistoryIndexingDelay(200);
        component.getConfiguration().setPingInterval(1000);
        context.addComponent("dt-stream", component);
        Node node = new Node(group, context, component, new CopyOnWriteArrayList<>());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("dt-stream:" + cloud.projectId() + "?subscriber=a").process(exchange -> {
                    for (Object part : exchange.getMessage().getBody(List.class)) {
                        Message message = (Message) part;
                        if (message.getHeader("DtDeviceId") != null) {
                            node.delivered().add(message.getHeader("DtEventId", String.class));
                        }
                    }
                });
            }
        });
        context.start();
        return node;
    }

    @AfterEach
    void stopAll() throws Exception {
        holder.context().stop();
        standby.context().stop();
        proxy.close();
        cloud.close();
    }

    private StandbyStatus standing() {
        List<StandbyStatus> all = standby.component().streams().standbys();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private String publish() {
        return cloud.publish(device, "touch", "{}").eventId();
    }

    private void awaitStandby() {
        await().atMost(PATIENCE)
                .until(() ->
                        standby.component().streams().standbys().stream().anyMatch(one -> one.completeSince() != null));
    }

    private void awaitStandbyHas(int records) {
        await().atMost(PATIENCE).until(() -> standing().records() >= records);
    }

    /** The holder receives another event, well after the standby's connection was there. */
    private void goOn() {
        clock.ahead = clock.ahead.plus(Duration.ofMinutes(1));
        // a ping tells the routers what time it is
        await().atMost(PATIENCE)
                .until(() -> Duration.between(holder.component().clock().instant(), clock.instant())
                                .toSeconds()
                        < 20);
        String event = publish();
        await().atMost(PATIENCE).until(() -> holder.delivered().contains(event));
    }

    private List<String> published() {
        return cloud.produced().stream().map(event -> event.eventId()).toList();
    }

    private void awaitAllDelivered() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(both()).containsExactlyInAnyOrderElementsOf(published()));
    }

    private List<String> both() {
        List<String> both = new ArrayList<>(holder.delivered());
        both.addAll(standby.delivered());
        return both;
    }

    /** The identifiers of the events in the journal, without pings. */
    private List<String> inJournal() throws Exception {
        List<String> found = new ArrayList<>();
        standby.stream(stream).journal().scan(Instant.EPOCH, record -> {
            if (!record.event().isPing()) {
                found.add(record.event().eventId());
            }
            return true;
        });
        return found;
    }

    @Test
    void takesOverWithoutAGapAndGoesOnWithItsConnection() throws Exception {
        goOn();
        holder.group().revoke(stream);
        String missed = publish();
        String alsoMissed = publish();
        awaitStandbyHas(4);
        long connections = cloud.requests(Target.STREAM);
        long histories = cloud.requests(Target.HISTORY);

        standby.group().assign(stream);

        await().atMost(PATIENCE).until(() -> standby.delivered().contains(alsoMissed));
        String live = publish();
        await().atMost(PATIENCE).until(() -> standby.delivered().contains(live));
        assertThat(standby.delivered()).containsExactly(missed, alsoMissed, live);
        assertThat(standby.stream(stream).gaps()).isEmpty();
        assertThat(cloud.requests(Target.STREAM)).isEqualTo(connections);
        assertThat(cloud.requests(Target.HISTORY)).isEqualTo(histories);
        assertThat(inJournal()).containsExactlyElementsOf(published());
        assertThat(standby.component().streams().standbys()).isEmpty();
        assertThat(standby.component().memory().used()).containsEntry(Holder.STANDBY, 0L);
    }

    @Test
    void takesOverWithAGapIfItsConnectionBrokeMeanwhile() throws Exception {
        goOn();
        proxy.refuse();
        await().atMost(PATIENCE).until(() -> standing().completeSince() == null);
        holder.group().revoke(stream);
        publish();
        clock.ahead = clock.ahead.plus(Duration.ofMinutes(1));
        proxy.pass();
        await().atMost(PATIENCE).until(() -> standing().completeSince() != null);
        publish();
        Instant since = standing().completeSince();

        standby.group().assign(stream);

        awaitAllDelivered();
        assertThat(standby.stream(stream).gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.to()).isEqualTo(since);
            assertThat(gap.from()).isBefore(since.minusSeconds(30));
        });
        await().atMost(PATIENCE)
                .until(() -> standby.stream(stream).gaps().get(0).state() == Gap.State.CLOSED);
        assertThat(inJournal()).containsExactlyInAnyOrderElementsOf(published());
    }

    @Test
    void takesOverWithAGapWhileItsConnectionIsBroken() throws Exception {
        goOn();
        proxy.refuse();
        await().atMost(PATIENCE).until(() -> standing().completeSince() == null);
        holder.group().revoke(stream);
        publish();

        standby.group().assign(stream);

        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(NoSuchElementException.class)
                .until(() -> !standby.stream(stream).gaps().isEmpty());
        proxy.pass();
        publish();
        awaitAllDelivered();
        assertThat(inJournal()).containsExactlyInAnyOrderElementsOf(published());
    }

    @Test
    void takesOverWithAGapIfItCouldNotKeepEverything() throws Exception {
        goOn();
        holder.group().revoke(stream);
        Instant before = clock.instant();
        String data = "{\"filling\":\"" + "x".repeat(300_000) + "\"}";
        for (int i = 0; i < 20; i++) {
            clock.ahead = clock.ahead.plus(Duration.ofSeconds(10));
            cloud.publish(device, "touch", data);
        }
        // only when it had to drop the oldest
        await().atMost(PATIENCE).until(() -> standing().completeSince().isAfter(before));

        standby.group().assign(stream);

        awaitAllDelivered();
        assertThat(standby.stream(stream).gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap.to()).isBetween(before, clock.instant()));
        assertThat(inJournal()).containsExactlyInAnyOrderElementsOf(published());
    }

    @Test
    void standsByHotAgainWhenTheStreamIsTakenFromItAndEndsThatWithTheRouter() throws Exception {
        goOn();
        holder.group().revoke(stream);
        standby.group().assign(stream);
        String event = publish();
        await().atMost(PATIENCE).until(() -> standby.delivered().contains(event));

        standby.group().revoke(stream);

        awaitStandby();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 1);
        standby.context().stop();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 0);
    }

    @Test
    void standsByNoLongerForAStreamThatNoRouteUses() throws Exception {
        standby.context().getRouteController().stopAllRoutes();

        Looks.await(standby.component().held());
        assertThat(standby.component().streams().standbys())
                .as("a route may come back")
                .hasSize(1);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        Looks.await(standby.component().held());
        assertThat(standby.component().streams().standbys()).isEmpty();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 1);
    }

    @Test
    void isReadyForAStreamOnlyWhenItsConnectionReachesBackFarEnough() throws Exception {
        proxy.refuse();
        Node returns = node("c", "http://127.0.0.1:" + proxy.port() + "/v2", true);
        try {
            AtomicInteger reads = new AtomicInteger();
            returns.component().held().add(stream, new StreamUser() {
                @Override
                public boolean readAhead(EventStreams streams) {
                    reads.incrementAndGet();
                    return true;
                }

                @Override
                public void begin() {}

                @Override
                public void end(StopGrace grace) {}
            });
            for (int read = 1; read <= 2; read++) {
                int awaited = read;
                await().atMost(PATIENCE).until(() -> {
                    Looks.await(returns.component().held());
                    return reads.get() >= awaited;
                });
            }
            assertThat(returns.group().ready).as("without the cloud").isEmpty();

            proxy.pass();
            await().atMost(PATIENCE)
                    .until(() -> returns.component().streams().standbys().stream()
                            .anyMatch(one -> one.completeSince() != null));
            goOn();
            await().atMost(PATIENCE).until(() -> {
                Looks.await(returns.component().held());
                return returns.group().ready.contains(stream);
            });
        } finally {
            returns.context().stop();
        }
    }
}
