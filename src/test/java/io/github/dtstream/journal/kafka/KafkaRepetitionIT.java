package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Source;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the next router repeats when a router ends, or loses Kafka, while it delivers a backlog. The router reaches the
 * broker through a proxy that can be cut off, and the next router without it.
 */
@Timeout(300)
class KafkaRepetitionIT {
    private static final Instant NOON = Instant.parse("2026-05-05T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int EVENTS = 5000;
    private static final int BATCH = 50;
    /** Handed out at a time: less than a batch, as with several exchanges in progress. */
    private static final int EXCHANGE = 20;

    private static @Nullable KafkaBroker broker;
    private static @Nullable FaultProxy proxy;

    private final String name = "p1." + UUID.randomUUID();

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker(@TempDir Path place) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        int direct = FreePort.find();
        int controller = FreePort.find();
        int proxied = FreePort.find();
        FaultProxy started = FaultProxy.start(proxied);
        proxy = started;
        broker = KafkaBroker.start(
                place,
                Map.of(
                        "controller.quorum.voters",
                        "1@127.0.0.1:" + controller,
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + direct + ",ROUTER://127.0.0.1:" + proxied
                                + ",CONTROLLER://127.0.0.1:" + controller,
                        "advertised.listeners",
                        "PLAINTEXT://127.0.0.1:" + direct + ",ROUTER://127.0.0.1:" + started.port(),
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,ROUTER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "inter.broker.listener.name",
                        "PLAINTEXT"),
                List.of());
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
        if (proxy != null) {
            proxy.close();
        }
    }

    private static Map<String, String> direct() {
        return Map.of("bootstrap.servers", running(broker).address());
    }

    private static <T> T running(@Nullable T started) {
        if (started == null) {
            throw new IllegalStateException("the broker was not started");
        }
        return started;
    }

    private KafkaSettings settings(Map<String, String> client) {
        return new KafkaSettings(client, name, 3, (short) 1);
    }

    private KafkaJournal open(Map<String, String> client) throws Exception {
        return PatientOpening.of(() -> KafkaJournal.open(
                settings(client),
                JournalSettings.DEFAULTS,
                new TopicSizes(client, name, Ticker.SYSTEM),
                TestSurroundings.in(folder)));
    }

    /** A router that can be cut off, with a backlog. */
    private KafkaJournal withBacklog() throws Exception {
        KafkaJournal journal =
                open(Map.of("bootstrap.servers", "127.0.0.1:" + running(proxy).port()));
        for (int number = 1; number <= EVENTS; number++) {
            journal.append(
                    Events.ofDevice("event" + number, "d" + number % 5, NOON.plusMillis(number)),
                    Source.LIVE,
                    NOON.plusMillis(number));
        }
        journal.flush();
        return journal;
    }

    /** Delivers as fast as it gets records. Returns when it has delivered all, or when there were none for so long. */
    private static void deliver(Subscription subscription, AtomicLong delivered, Duration patience) throws Exception {
        while (delivered.get() < EVENTS) {
            Batch batch = subscription.poll(EXCHANGE, patience);
            if (batch.isEmpty()) {
                return;
            }
            for (JournalRecord record : batch.records()) {
                assertThat(record.sequence()).isEqualTo(delivered.get() + 1);
                delivered.incrementAndGet();
            }
            subscription.commit(batch.end());
        }
    }

    /** The number of the last record before the durable cursor. Reading it fences no router. */
    private long durable() throws Exception {
        byte[] cursor = WriterState.read(Topics.open(settings(direct()), JournalSettings.DEFAULTS))
                .get(WriterState.CURSOR + "files");
        return cursor == null ? 0 : Long.parseLong(new String(cursor, StandardCharsets.UTF_8).split(" ")[0]) - 1;
    }

    @Test
    @Tag("long")
    void aRouterThatLosesKafkaWithABacklogHandsOutNoMoreThanTheBatchThatIsThenRepeated() throws Exception {
        FaultProxy line = running(proxy);
        AtomicLong delivered = new AtomicLong();
        try (KafkaJournal journal = withBacklog();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING, BATCH)) {
            FutureTask<Boolean> delivering = new FutureTask<>(() -> {
                deliver(subscription, delivered, Duration.ofSeconds(8));
                return true;
            });
            new Thread(delivering, "delivers").start();
            await().atMost(PATIENCE).until(() -> delivered.get() > 300);
            line.blackHole();
            delivering.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(delivered.get()).isLessThan(EVENTS);
            try (KafkaJournal next = open(direct());
                    Subscription again = next.subscribe("files", Journal.Start.BEGINNING, BATCH)) {
                long first = again.poll(1, PATIENCE).records().get(0).sequence();
                assertThat(delivered.get() - (first - 1))
                        .as("repeated of %d", delivered.get())
                        .isBetween(0L, (long) BATCH);
                AtomicLong rest = new AtomicLong(first);
                deliver(again, rest, PATIENCE);
                assertThat(rest.get()).isEqualTo(EVENTS);
            }
        } finally {
            line.pass();
        }
    }

    @Test
    void aRouterThatIsKilledAtAnyMomentHasDeliveredNoMoreThanABatchBeyondItsCursor() throws Exception {
        AtomicLong delivered = new AtomicLong();
        try (KafkaJournal journal = withBacklog();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING, BATCH)) {
            FutureTask<Boolean> delivering = new FutureTask<>(() -> {
                deliver(subscription, delivered, PATIENCE);
                return true;
            });
            new Thread(delivering, "delivers").start();
            while (!delivering.isDone()) {
                long before = delivered.get();
                assertThat(before - durable()).isLessThanOrEqualTo(BATCH);
            }
            delivering.get();
            assertThat(delivered.get()).isEqualTo(EVENTS);
            await().atMost(PATIENCE).until(() -> durable() == EVENTS);
        }
    }

    /** Kafka's client may keep a commit that it cannot send, and send it when others have gone on. */
    @Test
    void aReaderOfASharedRouteThatReturnsDoesNotSetTheCursorBack() throws Exception {
        FaultProxy line = running(proxy);
        KafkaJournals near = new KafkaJournals(direct(), name, 1);
        KafkaJournals far = new KafkaJournals(Map.of("bootstrap.servers", "127.0.0.1:" + line.port()), name, 1);
        AtomicLong counted = new AtomicLong();
        try (Journal journal = PatientOpening.of(() -> near.open(
                                Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, TestSurroundings.in(folder)))
                        .journal();
                Admin admin = Admin.create(Map.copyOf(direct()));
                CountingMember cutOff = new CountingMember(far, "a", BATCH, TestSurroundings.in(folder), counted)) {
            await().atMost(PATIENCE).until(() -> cutOff.partitions() == 6);
            append(journal, 1, 100);
            await().atMost(PATIENCE).until(() -> counted.get() == 100);
            line.blackHole();
            try (CountingMember other = new CountingMember(near, "b", BATCH, TestSurroundings.in(folder), counted)) {
                await().atMost(PATIENCE).until(() -> other.partitions() == 6);
                append(journal, 101, 300);
                await().atMost(PATIENCE).until(() -> counted.get() >= 300);
                Map<TopicPartition, Long> ends = ends();
                await().atMost(PATIENCE).until(() -> ends.equals(cursors(admin)));
                await().atMost(PATIENCE).until(cutOff::isCutOff);
                long before = counted.get();

                line.pass();
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
                    assertThat(cursors(admin)).as("while it returns").isEqualTo(ends);
                    return cutOff.partitions() == 3 && other.partitions() == 3;
                });

                assertThat(cursors(admin)).isEqualTo(ends);
                assertThat(counted.get() - before)
                        .as("what it reads before it learns that it was removed, a batch of each partition")
                        .isLessThanOrEqualTo(6L * BATCH);
            }
        } finally {
            line.pass();
        }
    }

    private static void append(Journal journal, int from, int to) throws Exception {
        for (int number = from; number <= to; number++) {
            journal.append(
                    Events.ofDevice("event" + number, "d" + number % 40, NOON.plusMillis(number)),
                    Source.LIVE,
                    NOON.plusMillis(number));
        }
        journal.flush();
    }

    private Map<TopicPartition, Long> ends() throws Exception {
        Topics topics = Topics.open(new KafkaSettings(direct(), name + ".p.s", 6, (short) 1), JournalSettings.DEFAULTS);
        try (Consumer<byte[], byte[]> consumer = topics.consumer()) {
            return consumer.endOffsets(topics.partitions());
        }
    }

    private Map<TopicPartition, Long> cursors(Admin admin) throws Exception {
        Map<TopicPartition, Long> cursors = new HashMap<>();
        admin.listConsumerGroupOffsets(SharedReader.group(name + ".p.s", "speed"))
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> cursors.put(partition, offset.offset()));
        return cursors;
    }
}
