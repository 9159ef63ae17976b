package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Subscribers that several readers share, with a real broker. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SharedReaderIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final int BATCH = 20;
    private static final int DEVICES = 40;
    private static final int PARTITIONS = 6;

    private static @Nullable KafkaBroker broker;

    private final String prefix = "p" + UUID.randomUUID();
    private final MemoryBudget memory = new MemoryBudget(64 << 20);
    private final Queue<Delivered> delivered = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private Journals journals = new KafkaJournals(Map.of(), prefix, 1);
    private @Nullable Journal journal;

    @BeforeAll
    static void startBroker(@TempDir Path place) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        broker = KafkaBroker.start(place);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    private static Map<String, String> client() {
        KafkaBroker running = broker;
        if (running == null) {
            throw new IllegalStateException("no broker was started");
        }
        return Map.of("bootstrap.servers", running.address());
    }

    @BeforeEach
    void openJournal() throws Exception {
        Journals opening = new KafkaJournals(client(), prefix, 1);
        journals = opening;
        journal = PatientOpening.of(
                        () -> opening.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings()))
                .journal();
    }

    @AfterEach
    void closeJournal() {
        if (journal != null) {
            journal.close();
        }
    }

    private Journals.Surroundings surroundings() {
        return TestSurroundings.in(folder, memory);
    }

    private void append(int from, int to) throws InterruptedException {
        Journal open = journal;
        assertThat(open).isNotNull();
        for (int number = from; number <= to; number++) {
            open.append(
                    Events.ofDevice("event" + number, "d" + number % DEVICES, NOON.plusMillis(number)),
                    Source.LIVE,
                    NOON.plusMillis(number));
        }
        open.flush();
    }

    /** An event that a node's sink has. */
    private record Delivered(String node, int partition, String device, int number) {}

    /** A router: for each partition, a thread that takes batches, sends them to the sink, and commits. */
    private final class Node implements PartitionListener, AutoCloseable {
        private final String name;
        private final Map<Integer, Reading> readings = new ConcurrentHashMap<>();
        private final SharedSubscription shared;
        /** Whether the sink takes events; batches wait meanwhile. */
        private volatile boolean sinkWorks = true;
        /** Whether what the sink has is committed. */
        private volatile boolean commits = true;

        private volatile int lost;

        Node(String name, Journal.Start start) throws IOException {
            this.name = name;
            shared = journals.share(
                    "p/s", new Sharing("files", start, name, BATCH), JournalSettings.DEFAULTS, surroundings(), this);
        }

        Node(String name) throws IOException {
            this(name, Journal.Start.BEGINNING);
        }

        @Override
        public void assigned(int partition, Subscription records) {
            Reading reading = new Reading(partition, records);
            readings.put(partition, reading);
            reading.start();
        }

        @Override
        public void revoked(Set<Integer> partitions) {
            List<Reading> ending = partitions.stream()
                    .flatMap(partition -> end(partition).stream())
                    .toList();
            ending.forEach(Reading::awaitEnd);
        }

        @Override
        public void lost(Set<Integer> partitions) {
            lost += partitions.size();
            partitions.forEach(this::end);
        }

        private Optional<Reading> end(int partition) {
            Reading ending = readings.remove(partition);
            if (ending != null) {
                ending.records.close();
            }
            return Optional.ofNullable(ending);
        }

        void awaitPartitions(int count) {
            await().atMost(PATIENCE).until(() -> readings.size() == count);
        }

        @Override
        public void close() {
            shared.close();
        }

        private final class Reading extends Thread {
            private final int partition;
            private final Subscription records;

            Reading(int partition, Subscription records) {
                super(name + "-" + partition);
                setDaemon(true);
                this.partition = partition;
                this.records = records;
            }

            @Override
            public void run() {
                try {
                    while (readings.get(partition) == this) {
                        Batch batch = records.poll(BATCH, Duration.ofMillis(200));
                        while (!sinkWorks) {
                            TimeUnit.MILLISECONDS.sleep(10);
                        }
                        batch.records().forEach(this::send);
                        if (commits && !batch.isEmpty()) {
                            records.commit(batch.end());
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            private void send(JournalRecord record) {
                String id = record.event().eventId();
                delivered.add(new Delivered(
                        name,
                        partition,
                        String.valueOf(record.event().deviceId()),
                        Integer.parseInt(id.substring("event".length()))));
            }

            void awaitEnd() {
                try {
                    join(20_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private Set<Integer> numbers() {
        return delivered.stream().map(Delivered::number).collect(Collectors.toSet());
    }

    private void awaitAll(int from, int to) {
        Set<Integer> all = IntStream.rangeClosed(from, to).boxed().collect(Collectors.toSet());
        await().atMost(PATIENCE).until(() -> numbers().containsAll(all));
    }

    private int repeats() {
        return delivered.size() - numbers().size();
    }

    /** Of each device, the events arrive in order; an event that is repeated counts where it arrived first. */
    private void assertThatTheOrderOfEachDeviceHolds() {
        Set<Integer> seen = new HashSet<>();
        Map<String, Integer> newest = new HashMap<>();
        for (Delivered one : delivered) {
            if (seen.add(one.number())) {
                Integer before = newest.put(one.device(), one.number());
                assertThat(before == null ? 0 : before).as("before %s", one).isLessThan(one.number());
            }
        }
    }

    @Test
    void sharesThePartitionsWithoutLossWhileReadersJoinAndLeave() throws Exception {
        Node a = new Node("a");
        append(1, 500);
        a.awaitPartitions(PARTITIONS);
        awaitAll(1, 500);
        try (Node b = new Node("b")) {
            for (int number = 501; b.readings.size() < PARTITIONS / 2; number += 10) {
                append(number, number + 9);
            }
            a.awaitPartitions(PARTITIONS / 2);
            int last = numbers().stream().max(Integer::compare).orElseThrow();
            append(last + 1, last + 500);
            awaitAll(1, last + 500);
            assertThat(delivered).extracting(Delivered::node).contains("a", "b");
            await().atMost(PATIENCE)
                    .until(() -> b.shared.status().partitions().stream()
                                    .filter(one -> "a".equals(one.node()) && one.lag() == 0)
                                    .count()
                            == PARTITIONS / 2);
            assertThat(b.shared.status().partitions())
                    .hasSize(PARTITIONS)
                    .filteredOn(one -> "b".equals(one.node()))
                    .hasSize(PARTITIONS / 2);
            assertThat(b.shared.status().what()).startsWith("took");

            a.close();
            b.awaitPartitions(PARTITIONS);
            append(last + 501, last + 1000);
            awaitAll(1, last + 1000);
        }
        assertThatTheOrderOfEachDeviceHolds();
        assertThat(repeats()).as("planned moves repeat nothing").isZero();
    }

    /** Kafka's client commits nothing while a rebalance is under way, and calls partitions lost if it is closed then. */
    @Test
    void repeatsNothingIfItLeavesWhileTheGroupRebalances() throws Exception {
        Node a = new Node("a");
        append(1, 300);
        awaitAll(1, 300);
        String journalName = prefix + ".p.s";
        String group = SharedReader.group(journalName, "files");
        try (KafkaConsumer<byte[], byte[]> slow = slowMember(group);
                Admin admin = Admin.create(Map.copyOf(client()))) {
            slow.subscribe(List.of(journalName + ".events"));
            await().atMost(PATIENCE).until(() -> {
                slow.poll(Duration.ofMillis(50));
                return slow.assignment().size() == PARTITIONS / 2 && a.readings.size() == PARTITIONS / 2;
            });
            slow.pause(slow.assignment());
            try (Node c = new Node("c")) {
                // the group waits for the slow member, and the others learn of that with a heartbeat
                await().atMost(PATIENCE)
                        .until(() -> admin.describeConsumerGroups(List.of(group))
                                        .all()
                                        .get()
                                        .get(group)
                                        .state()
                                == ConsumerGroupState.PREPARING_REBALANCE);
                append(301, 400);
                await().pollDelay(Duration.ofSeconds(1)).until(() -> delivered.size() > 300);

                FutureTask<Void> closing = new FutureTask<>(a::close, null);
                new Thread(closing, "closes-a").start();
                while (!closing.isDone()) {
                    slow.poll(Duration.ofMillis(50));
                    slow.pause(slow.assignment());
                }
                closing.get();
                slow.close();

                assertThat(a.lost).isZero();
                awaitAll(1, 400);
                append(401, 500);
                awaitAll(1, 500);
            }
        }
        assertThatTheOrderOfEachDeviceHolds();
        assertThat(repeats()).as("repeated, though nothing was killed").isZero();
    }

    /** A member that takes part in a rebalance only when the test polls it. */
    private static KafkaConsumer<byte[], byte[]> slowMember(String group) {
        Map<String, Object> options = new HashMap<>(client());
        options.put("client.id", "slow");
        options.put("group.id", group);
        options.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        options.put("enable.auto.commit", "false");
        options.put("auto.offset.reset", "latest");
        options.put("max.poll.interval.ms", "60000");
        options.put("heartbeat.interval.ms", "200");
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void repeatsWhatWasNotCommittedAndNothingElse() throws Exception {
        append(1, 100);
        try (Node a = new Node("a")) {
            awaitAll(1, 100);
            a.commits = false;
            append(101, 160);
            awaitAll(1, 160);
        }
        int before = delivered.size();
        try (Node b = new Node("b")) {
            await().atMost(PATIENCE).until(() -> delivered.size() >= before + 60);
            append(161, 200);
            awaitAll(1, 200);
        }
        assertThat(delivered.stream().filter(one -> one.node().equals("b")).map(Delivered::number))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(101, 200).boxed().toList());
        assertThatTheOrderOfEachDeviceHolds();
    }

    @Test
    void letsABatchInProgressEndBeforeItsPartitionMoves() throws Exception {
        append(1, 300);
        try (Node a = new Node("a")) {
            a.sinkWorks = false;
            a.awaitPartitions(PARTITIONS);
            await().atMost(PATIENCE)
                    .until(() -> a.shared.status().partitions().stream().anyMatch(one -> one.lag() > 0));
            try (Node b = new Node("b")) {
                await().atMost(PATIENCE).until(() -> a.readings.size() == PARTITIONS / 2);
                a.sinkWorks = true;
                awaitAll(1, 300);
                assertThat(delivered).extracting(Delivered::node).contains("a", "b");
                assertThatTheOrderOfEachDeviceHolds();
                assertThat(repeats()).isZero();
            }
        }
    }

    @Test
    void aNewSubscriberBeginsWithWhatComesNext() throws Exception {
        append(1, 100);
        try (Node a = new Node("a", Journal.Start.END)) {
            a.awaitPartitions(PARTITIONS);
            append(101, 200);
            awaitAll(101, 200);
        }
        append(201, 300);
        try (Node b = new Node("b", Journal.Start.END)) {
            awaitAll(101, 300);
            assertThat(b.shared.status().problem()).isNull();
        }
        assertThat(numbers()).hasSize(200);
        assertThat(repeats()).isZero();
    }

    @Test
    void beginsWhereASubscriberOfThatNameThatWasNotSharedIs() throws Exception {
        append(1, 100);
        Journal open = journal;
        assertThat(open).isNotNull();
        try (Subscription files = open.subscribe("files", Journal.Start.BEGINNING)) {
            files.commit(files.poll(37, PATIENCE).end());
        }
        open.close();
        openJournal();
        try (Node a = new Node("a", Journal.Start.END)) {
            awaitAll(38, 100);
            append(101, 110);
            awaitAll(38, 110);
            assertThat(a.lost).isZero();
        }
        assertThat(numbers()).hasSize(110 - 37);
    }

    @Test
    void repeatsRatherThanSkipsWhenTheBrokersHaveForgottenTheCursors() throws Exception {
        append(1, 50);
        try (Node a = new Node("a", Journal.Start.END)) {
            a.awaitPartitions(PARTITIONS);
            append(51, 100);
            awaitAll(51, 100);
        }
        append(101, 150);
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            await().atMost(PATIENCE).until(() -> isForgotten(admin, prefix + ".p.s.files"));
        }
        try (Node b = new Node("b", Journal.Start.END)) {
            awaitAll(51, 150);
            assertThat(b.lost).isZero();
        }
        assertThat(numbers()).hasSize(100);
        assertThat(repeats()).isEqualTo(50);
    }

    private static boolean isForgotten(Admin admin, String group) throws InterruptedException {
        try {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    @Test
    void continuesWithTheOldestRecordWhenTheBrokersHaveDeletedItsNext() throws Exception {
        append(1, 60);
        try (Node a = new Node("a")) {
            awaitAll(1, 60);
        }
        append(61, 120);
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            admin.deleteRecords(IntStream.range(0, PARTITIONS)
                            .boxed()
                            .collect(Collectors.toMap(
                                    number -> new TopicPartition(prefix + ".p.s.events", number),
                                    any -> RecordsToDelete.beforeOffset(-1))))
                    .all()
                    .get();
        }
        append(121, 180);
        try (Node b = new Node("b")) {
            awaitAll(121, 180);
            append(181, 200);
            awaitAll(121, 200);
            assertThat(b.shared.status().problem()).isNull();
        }
        assertThat(repeats()).isZero();
    }

    @Test
    void keepsAReaderWhoseSinkIsSlowAndReadsLittleAhead() throws Exception {
        Journal open = journal;
        assertThat(open).isNotNull();
        Map<String, String> hasty = new HashMap<>(client());
        // so short that a reader which does not poll is removed during the test
        hasty.put("max.poll.interval.ms", "7000");
        journals = new KafkaJournals(hasty, prefix, 1);
        try (Node a = new Node("a")) {
            a.awaitPartitions(PARTITIONS);
            a.sinkWorks = false;
            for (int number = 1; number <= 3000; number++) {
                open.append(sized(number, 10_000), Source.LIVE, NOON.plusMillis(number));
            }
            open.flush();
            await().atMost(PATIENCE).until(() -> read(Holder.READING) > PARTITIONS * 500_000L);
            // longer than the group waits for a reader that does not poll, and than its session
            TimeUnit.SECONDS.sleep(9);
            assertThat(a.lost).isZero();
            assertThat(a.readings).hasSize(PARTITIONS);
            assertThat(read(Holder.READING)).isLessThan(PARTITIONS * ((1L << 20) + 600_000));

            a.sinkWorks = true;
            awaitAll(1, 3000);
            assertThat(a.lost).isZero();
        }
        assertThat(repeats()).isZero();
        assertThat(read(Holder.READING)).isZero();
    }

    private long read(Holder holder) {
        return memory.used().getOrDefault(holder, 0L);
    }

    private static Event sized(int number, int bytes) {
        Event small = Events.ofDevice("event" + number, "d" + number % DEVICES, NOON.plusMillis(number));
        String json = new String(small.json(), StandardCharsets.UTF_8);
        byte[] large = (json.substring(0, json.length() - 1) + ",\"more\":\"" + "x".repeat(bytes) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return new Event(
                small.eventId(), small.eventType(), "p1", small.deviceId(), NOON.toString(), large, 0, large.length);
    }

    @Test
    @Tag("long")
    void continuesWhenTheBrokerIsKilledAndComesBack() throws Exception {
        KafkaBroker running = broker;
        assertThat(running).isNotNull();
        try (Node a = new Node("a")) {
            append(1, 100);
            awaitAll(1, 100);
            running.kill();
            TimeUnit.SECONDS.sleep(1);
            running.begin();
            append(101, 200);
            awaitAll(1, 200);
            assertThatTheOrderOfEachDeviceHolds();
        }
    }
}
