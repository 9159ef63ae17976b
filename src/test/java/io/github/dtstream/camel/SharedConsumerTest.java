package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.cluster.RouterGroup;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.StubBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shared route, whose partitions a fake group assigns and takes away. */
final class SharedConsumerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path data;

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final FakeJournals journals = new FakeJournals();
    /** Where the route ends; nowhere if it is empty. */
    private String sink = "";

    private volatile CountDownLatch gate = new CountDownLatch(0);
    private SimulatedCloud cloud;
    private String device;
    private CamelContext context;

    @BeforeEach
    void startCloud() throws Exception {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TOUCH).get(0);
        context = new DefaultCamelContext();
        context.getRegistry().bind("journals", journals);
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, data);
        context.addComponent("dt-stream", component);
    }

    @AfterEach
    void stopAll() {
        gate.countDown();
        context.stop();
        cloud.close();
    }

    /** Journals on disk, and a group that the test moves partitions with. */
    private final class FakeJournals implements Journals, SharedSubscription {
        private volatile PartitionListener listener;
        private volatile Sharing sharing;
        private volatile boolean left;

        @Override
        public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
                throws IOException {
            return new LocalJournals(data).open(kind, stream, settings, surroundings);
        }

        @Override
        public boolean isThere(Kind kind, String stream) {
            return false;
        }

        @Override
        public int usualBatch() {
            return 12;
        }

        @Override
        public SharedSubscription share(
                String stream,
                Sharing shared,
                JournalSettings settings,
                Surroundings surroundings,
                PartitionListener partitions) {
            sharing = shared;
            listener = partitions;
            left = false;
            return this;
        }

        @Override
        public SharedStatus status() {
            return new SharedStatus(List.of(new SharedStatus.Partition(0, "b", 7)), null, "", null);
        }

        @Override
        public void close() {
            left = true;
        }

        Partition assign(int number) {
            Partition partition = new Partition(sharing.subscriber());
            listener.assigned(number, partition);
            return partition;
        }
    }

    /** Records of one partition, and what of them is committed. */
    private static final class Partition implements Subscription {
        private final String name;
        private final Queue<JournalRecord> records = new ConcurrentLinkedQueue<>();
        private volatile long committed;
        private volatile boolean closed;

        Partition(String name) {
            this.name = name;
        }

        void add(long number, String deviceId) {
            records.add(
                    new JournalRecord(number, NOON, Source.LIVE, Events.ofDevice("event" + number, deviceId, NOON)));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws InterruptedException {
            List<JournalRecord> batch = new ArrayList<>();
            while (!closed && batch.size() < maxRecords && !records.isEmpty()) {
                batch.add(records.remove());
            }
            if (batch.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            return new Batch(
                    batch,
                    Position.before(
                            batch.isEmpty() ? 0 : batch.get(batch.size() - 1).sequence() + 1));
        }

        @Override
        public void commit(Position end) {
            committed = end.sequence();
        }

        @Override
        public long lag() {
            return records.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void start(String options) throws Exception {
        start(options, false);
    }

    private void start(String options, boolean handlesErrors) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(handlesErrors ? defaultErrorHandler() : noErrorHandler());
                var route = from("dt-stream:" + cloud.projectId() + "?shared=true" + options)
                        .routeId("r")
                        .process(SharedConsumerTest.this::note);
                if (!sink.isEmpty()) {
                    route.to(sink);
                }
            }
        });
        context.start();
    }

    private void startInGroup() throws Exception {
        startInGroup(false);
    }

    private void startInGroup(boolean handlesErrors) throws Exception {
        startInGroup("&maxBatchSize=10", handlesErrors);
    }

    private void startInGroup(String options, boolean handlesErrors) throws Exception {
        context.getRegistry().bind("router-group", new RouterGroup("dt.routers", "a"));
        start("&subscriber=files" + options, handlesErrors);
    }

    @SuppressWarnings("unchecked")
    private void note(Exchange exchange) throws InterruptedException {
        for (Message part : (List<Message>) exchange.getMessage().getBody(List.class)) {
            String id = part.getHeader("DtEventId", String.class);
            assertThat(gate.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            delivered.add(id);
            names.add(String.valueOf(part.getHeader("DtDeviceName")));
        }
    }

    private SharedConsumer consumer() {
        return (SharedConsumer) context.getRoute("r").getConsumer();
    }

    @Test
    void readsTheUsualBatchOfItsJournalsUnlessTheRouteSaysOtherwise() throws Exception {
        startInGroup("", false);

        assertThat(journals.sharing.batch()).isEqualTo(12);
    }

    @Test
    void deliversTheRecordsOfItsPartitionsAndMovesTheCursorOfEach() throws Exception {
        startInGroup();
        assertThat(journals.sharing.node()).isEqualTo("a");
        assertThat(journals.sharing.batch()).isEqualTo(10);
        Partition one = journals.assign(1);
        Partition two = journals.assign(4);
        one.add(3, device);
        one.add(8, device);
        two.add(5, "other");

        await().atMost(PATIENCE).until(() -> one.committed == 9 && two.committed == 6);

        assertThat(delivered).containsExactlyInAnyOrder("event3", "event8", "event5");
        assertThat(delivered.indexOf("event3")).isLessThan(delivered.indexOf("event8"));
        assertThat(consumer().consumers()).hasSize(2);
        assertThat(consumer().status()).hasValueSatisfying(status -> {
            assertThat(status.subscriber()).isEqualTo("files");
            assertThat(status.delivered()).isEqualTo(3);
            assertThat(status.lag()).isZero();
        });
        assertThat(consumer().shared().orElseThrow().partitions()).hasSize(1);
    }

    @Test
    void knowsTheNamesOfDevicesThoughTheStreamIsNotOpenHere() throws Exception {
        startInGroup();
        Partition one = journals.assign(1);
        long[] number = {1};
        await().atMost(PATIENCE).until(() -> {
            one.add(number[0]++, device);
            TimeUnit.MILLISECONDS.sleep(20);
            return names.stream().anyMatch(name -> !name.equals("null"));
        });
    }

    @Test
    void letsABatchInProgressEndBeforeThePartitionMovesAndKeepsItsCount() throws Exception {
        startInGroup();
        Partition one = journals.assign(1);
        gate = new CountDownLatch(1);
        one.add(3, device);
        await().atMost(PATIENCE).until(() -> consumer().status().orElseThrow().inFlight() == 1);
        Thread opens = new Thread(gate::countDown);
        opens.start();

        journals.listener.revoked(Set.of(1));

        assertThat(one.committed).isEqualTo(4);
        assertThat(one.closed).isTrue();
        assertThat(consumer().consumers()).isEmpty();
        assertThat(consumer().status().orElseThrow().delivered()).isEqualTo(1);
        opens.join();
    }

    @Test
    void deliversItsOtherPartitionsWhenOneMovesAlsoThroughAnErrorHandler() throws Exception {
        startInGroup(true);
        Partition one = journals.assign(1);
        Partition two = journals.assign(2);
        one.add(3, device);
        two.add(5, device);
        await().atMost(PATIENCE).until(() -> one.committed == 4 && two.committed == 6);

        journals.listener.revoked(Set.of(1));
        two.add(7, device);

        await().atMost(PATIENCE).until(() -> two.committed == 8);
    }

    @Test
    void waitsForNothingWhenAPartitionIsLost() throws Exception {
        startInGroup();
        Partition one = journals.assign(1);
        gate = new CountDownLatch(1);
        one.add(3, device);
        await().atMost(PATIENCE).until(() -> consumer().status().orElseThrow().inFlight() == 1);

        journals.listener.lost(Set.of(1));

        assertThat(delivered).isEmpty();
        assertThat(one.committed).isZero();
        assertThat(consumer().consumers()).isEmpty();
        gate.countDown();
    }

    @Test
    void whatStillWaitsForABrokerWhenAPartitionMovesIsNotPublishedLate() throws Exception {
        try (StubBroker broker = StubBroker.start()) {
            broker.refuseConnections();
            DtMqttComponent mqtt = new DtMqttComponent();
            context.addComponent("dt-mqtt", mqtt);
            sink = "dt-mqtt:events?minReconnectDelay=50&maxReconnectDelay=400&stateDirectory=" + data + "&brokerUrl="
                    + broker.url();
            startInGroup();
            Partition one = journals.assign(1);
            Partition two = journals.assign(2);
            one.add(3, device);
            two.add(5, device);
            await().atMost(PATIENCE).until(() -> mqtt.statuses().get(0).waiting() == 2);

            journals.listener.revoked(Set.of(1));
            broker.acceptConnections();

            await().atMost(PATIENCE).until(() -> two.committed == 6);
            assertThat(broker.payloads()).singleElement().asString().contains("event5");
            assertThat(one.committed).isZero();
        }
    }

    @Test
    void givesEverythingBackWhenTheRouteStopsAndReadsAgainWhenItStarts() throws Exception {
        startInGroup();
        Partition one = journals.assign(1);
        context.getRouteController().stopRoute("r");

        assertThat(journals.left).isTrue();
        assertThat(one.closed).isTrue();
        assertThat(consumer().status()).isEmpty();
        Partition late = journals.assign(2);
        assertThat(late.closed).as("assigned after the stop").isTrue();

        context.getRouteController().startRoute("r");
        Partition again = journals.assign(1);
        again.add(7, device);
        await().atMost(PATIENCE).until(() -> again.committed == 8);
    }

    @Test
    void cannotBeReplayedAndSaysWhy() throws Exception {
        startInGroup();
        journals.assign(1);
        JournalConsumer reading = consumer().consumers().get(0);
        assertThatThrownBy(() -> reading.replay(NOON, NOON.plusSeconds(1)))
                .hasMessageContaining("no router reads all of its events");
        assertThat(consumer().journal()).isEmpty();
    }

    @Test
    void needsAGroup() {
        assertThatThrownBy(() -> start(""))
                .rootCause()
                .hasMessageContaining("needs a group of routers with which the route is shared")
                .hasMessageContaining("Set the name of the RouterGroup in Camel's registry to the same on all of them");
    }

    @Test
    void doesNotGoWithWhatEachRouterWouldReport() {
        Map.of("&firstValues=true", "firstValues", "&deviceChanges=true", "deviceChanges")
                .forEach((options, named) -> assertThatThrownBy(() -> start(options))
                        .rootCause()
                        .hasMessageContaining("shared=true does not go with " + named));
    }
}
