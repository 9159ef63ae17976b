package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalSnapshot;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.export.ExportReader;
import io.github.dtstream.journal.export.ExportWriter;
import io.github.dtstream.journal.export.JournalExport;
import io.github.dtstream.journal.export.JournalImport;
import io.github.dtstream.journal.export.TransferProgress;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.journal.local.LocalStoredJournals;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Journals are moved from files into Kafka and back, with a real broker. */
@Timeout(300)
class KafkaStoredJournalsIT {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final JournalSettings SMALL =
            new JournalSettings(64 << 10, Duration.ofDays(7), 1L << 30, 10_000, 1 << 20, 4 << 10);

    private static @Nullable KafkaBroker broker;

    private final String prefix = "dt" + UUID.randomUUID();

    private final AtomicInteger committed = new AtomicInteger();

    @TempDir
    private Path folder;

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

    private Journals.Surroundings surroundings() {
        return TestSurroundings.in(folder);
    }

    private StoredJournals files(String data) {
        return new LocalStoredJournals(folder.resolve(data), surroundings());
    }

    private StoredJournals kafka() {
        return new KafkaStoredJournals(client(), prefix, 1, surroundings());
    }

    private Journals.Opened inFiles(String data, Journals.Kind kind) throws Exception {
        return new LocalJournals(folder.resolve(data)).open(kind, "p1/s", SMALL, surroundings());
    }

    private Journals.Opened inKafka(Journals.Kind kind) throws Exception {
        KafkaJournals journals = new KafkaJournals(client(), prefix, 1);
        return PatientOpening.of(() -> journals.open(kind, "p1/s", SMALL, surroundings()));
    }

    private static Event event(int number) {
        return Events.ofDevice("event" + number, "d" + number % 5, NOON.plusMillis(number));
    }

    private static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            journal.append(event(number), Source.LIVE, NOON.plusMillis(number));
        }
        journal.flush();
    }

    private static List<Long> numbers(Journal journal) throws IOException {
        List<Long> numbers = new ArrayList<>();
        journal.scan(Instant.EPOCH, record -> numbers.add(record.sequence()));
        return numbers;
    }

    private static void pass(String subscriber, int count, Journal journal) throws Exception {
        try (Subscription subscription = journal.subscribe(subscriber, Journal.Start.BEGINNING)) {
            for (int left = count; left > 0; ) {
                Batch batch = subscription.poll(left, PATIENCE);
                left -= batch.records().size();
                subscription.commit(batch.end());
            }
        }
    }

    private void fill(String data) throws Exception {
        Journals.Opened events = inFiles(data, Journals.Kind.EVENTS);
        try (Journal journal = events.journal()) {
            append(journal, 1, 1000);
            pass("files", 990, journal);
            pass("mqtt", 700, journal);
            events.state().save("gaps".getBytes(StandardCharsets.UTF_8));
        }
        Journals.Opened alarms = inFiles(data, Journals.Kind.ALARMS);
        try (Journal journal = alarms.journal()) {
            append(journal, 1, 20);
            alarms.state().save(new byte[700_000]);
        }
    }

    private static byte[] export(StoredJournals from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<StoredJournals.Name> names = from.list();
        new JournalExport(from, kind -> content -> content, new Told())
                .run(names, new ExportWriter(out, "export-1", NOON, names.size()));
        return out.toByteArray();
    }

    private static List<String> restore(byte[] export, StoredJournals into) throws Exception {
        Told told = new Told();
        new JournalImport(into, kind -> SMALL, told).run(reader(export));
        return told.all;
    }

    private static ExportReader reader(byte[] export) throws IOException {
        return new ExportReader(new ByteArrayInputStream(export));
    }

    private static final class Told implements TransferProgress {
        private final List<String> all = new ArrayList<>();

        @Override
        public void at(StoredJournals.Name name, long done, long of) {}

        @Override
        public void ended(StoredJournals.Name name, long records, long unreadable) {
            all.add(name + ": " + records);
        }

        @Override
        public void wasComplete(StoredJournals.Name name) {
            all.add(name + " was complete");
        }

        @Override
        public void goesOn(StoredJournals.Name name, long next) {
            all.add(name + " goes on at " + next);
        }
    }

    private static String text(byte[] export) {
        return new String(export, StandardCharsets.UTF_8);
    }

    @Test
    void aJournalOfFilesGoesOnInKafkaWhereItStopped() throws Exception {
        fill("old");
        byte[] export = export(files("old"));

        assertThat(restore(export, kafka()))
                .containsExactly("the journal of p1/s: 1000", "the alarm journal of p1/s: 20");
        assertThat(text(export(kafka()))).isEqualTo(text(export));
        restore(export(kafka()), files("back"));
        assertThat(text(export(files("back")))).isEqualTo(text(export));

        Journals.Opened opened = inKafka(Journals.Kind.EVENTS);
        try (Journal journal = opened.journal();
                Subscription files = journal.subscribe("files", Journal.Start.END);
                Subscription mqtt = journal.subscribe("mqtt", Journal.Start.END)) {
            assertThat(journal.lastLive()).contains(NOON.plusMillis(1000));
            assertThat(opened.state().load(KafkaStoredJournalsIT::text).value()).contains("gaps");
            assertThat(files.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(991);
            assertThat(mqtt.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(701);
            append(journal, 995, 1003);
            assertThat(numbers(journal)).hasSize(1003).endsWith(1000L, 1001L, 1002L, 1003L);
            List<Long> late = new ArrayList<>();
            journal.scan(NOON.plusMillis(800), record -> late.add(record.sequence()));
            assertThat(late).startsWith(800L).hasSize(204);
        }
        try (Journal journal = inKafka(Journals.Kind.ALARMS).journal()) {
            assertThat(journal.status().nextSequence()).isEqualTo(21);
        }
    }

    @Test
    void aSharedSubscriberTakesItsPlaceAlongAndLosesNothing() throws Exception {
        try (Journal journal = inKafka(Journals.Kind.EVENTS).journal()) {
            append(journal, 1, 100);
            try (SharedSubscription reader = share("reader", Journal.Start.BEGINNING, 60);
                    SharedSubscription idle = share("idle", Journal.Start.END, 0)) {
                await().until(() -> isReadBy(reader) && isReadBy(idle));
                append(journal, 101, 130);
                await().until(() -> committed.get() == 60);
            }
        }

        byte[] export = export(kafka());
        assertThat(text(export)).contains("\"cursor\":\"reader\",\"next\":61,", "\"cursor\":\"idle\",\"next\":101,");
        restore(export, files("back"));
        try (Journal journal = inFiles("back", Journals.Kind.EVENTS).journal();
                Subscription reader = journal.subscribe("reader", Journal.Start.END);
                Subscription idle = journal.subscribe("idle", Journal.Start.END)) {
            assertThat(reader.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(61);
            assertThat(idle.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(101);
        }
    }

    private static boolean isReadBy(SharedSubscription shared) {
        List<SharedStatus.Partition> partitions = shared.status().partitions();
        return partitions.size() == 6 && partitions.stream().allMatch(partition -> "node".equals(partition.node()));
    }

    /** Reads all partitions of the journal, and commits the records up to a number. */
    private SharedSubscription share(String subscriber, Journal.Start start, long last) throws Exception {
        return new KafkaJournals(client(), prefix, 1)
                .share(
                        "p1/s",
                        new Sharing(subscriber, start, "node", 10),
                        SMALL,
                        surroundings(),
                        new PartitionListener() {
                            @Override
                            public void assigned(int partition, Subscription records) {
                                Supervisor.system()
                                        .thread(
                                                "reads-" + partition,
                                                "the test ends",
                                                AfterFailure.RESTART,
                                                () -> commit(records, last))
                                        .start();
                            }

                            @Override
                            public void revoked(Set<Integer> partitions) {}

                            @Override
                            public void lost(Set<Integer> partitions) {}
                        });
    }

    private void commit(Subscription records, long last) {
        try {
            Batch batch = records.poll(1, PATIENCE);
            while (!batch.isEmpty() && batch.records().get(0).sequence() <= last) {
                records.commit(batch.end());
                committed.incrementAndGet();
                batch = records.poll(1, PATIENCE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void numbersThatRetentionAndDamageHaveLeftSurvive() throws Exception {
        fill("old");
        List<Path> segments;
        try (var found = Files.list(folder.resolve("old/journal/p1/s/segments"))) {
            segments = found.sorted().toList();
        }
        assertThat(segments).hasSizeGreaterThan(2);
        Files.delete(segments.get(0));
        List<String> lines = Files.readAllLines(segments.get(1));
        lines.subList(10, 13).clear();
        Files.write(segments.get(1), lines);

        byte[] export = export(files("old"));
        restore(export, kafka());

        assertThat(text(export(kafka()))).isEqualTo(text(export));
        try (Journal before = inFiles("old", Journals.Kind.EVENTS).journal();
                Journal after = inKafka(Journals.Kind.EVENTS).journal()) {
            assertThat(numbers(after))
                    .isEqualTo(numbers(before))
                    .doesNotContain(1L)
                    .hasSizeLessThan(997);
            assertThat(after.status().firstSequence())
                    .isEqualTo(before.status().firstSequence())
                    .isGreaterThan(1);
        }
    }

    @Test
    void anEmptyJournalKeepsItsNextNumberAndUntilWhenItWasComplete() throws Exception {
        JournalSnapshot empty = new JournalSnapshot(42, 42, NOON, NOON.minusSeconds(1), List.of(), null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportWriter writer = new ExportWriter(out, "export-1", NOON, 1);
        writer.begin(new StoredJournals.Name(Journals.Kind.EVENTS, "p1/s"), empty);
        writer.end();
        writer.finish();

        restore(out.toByteArray(), kafka());

        assertThat(text(export(kafka()))).isEqualTo(text(out.toByteArray()));
        assertThatThrownBy(() -> restore(out.toByteArray(), files("back"))).hasMessageContaining("no live record");
        try (Journal journal = inKafka(Journals.Kind.EVENTS).journal()) {
            assertThat(journal.lastLive()).contains(NOON.minusSeconds(1));
            append(journal, 1, 1);
            assertThat(numbers(journal)).containsExactly(42L);
        }
    }

    @Test
    void anImportThatWasKilledInTheMiddleKeepsRoutersOutAndGoesOnBehindWhatWasCommitted() throws Exception {
        try (Journal journal = inFiles("old", Journals.Kind.EVENTS).journal()) {
            for (int number = 1; number <= 60; number++) {
                journal.append(Events.sized("event" + number, 200_000), Source.LIVE, NOON.plusMillis(number));
            }
            journal.flush();
        }
        byte[] export = export(files("old"));
        ExportReader reader = reader(export);
        ExportReader.Exported journal = reader.nextJournal();
        assertThat(journal).isNotNull();
        try (StoredJournals.Target target = kafka().write(journal.name(), journal.snapshot(), reader.id(), SMALL)) {
            for (int i = 0; i < 50; i++) {
                target.write(reader.nextRecord());
            }
            assertThatThrownBy(() -> inKafka(Journals.Kind.EVENTS)).hasMessageContaining("is being imported");
            assertThatThrownBy(() -> kafka().read(journal.name(), content -> content))
                    .hasMessageContaining("is being imported");
        }
        assertThatThrownBy(() -> inKafka(Journals.Kind.EVENTS)).hasMessageContaining("repeat the import");
        byte[] other = text(export).replace("export-1", "export-2").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> restore(other, kafka()))
                .hasMessageContaining("another file")
                .hasMessageContaining(prefix + ".p1.s.events");

        List<String> told = restore(export, kafka());

        assertThat(told.get(0)).startsWith("the journal of p1/s goes on at ").doesNotEndWith(" 1");
        assertThat(text(export(kafka()))).isEqualTo(text(export));
        assertThat(restore(export, kafka())).containsExactly("the journal of p1/s was complete");
    }

    @Test
    void aRouterThatTriesToOpenTheJournalDoesNotEndItsImport() throws Exception {
        try (Journal journal = inFiles("old", Journals.Kind.EVENTS).journal()) {
            for (int number = 1; number <= 60; number++) {
                journal.append(Events.sized("event" + number, 200_000), Source.LIVE, NOON.plusMillis(number));
            }
            journal.flush();
        }
        byte[] export = export(files("old"));
        ExportReader reader = reader(export);
        ExportReader.Exported journal = reader.nextJournal();
        assertThat(journal).isNotNull();
        try (StoredJournals.Target target = kafka().write(journal.name(), journal.snapshot(), reader.id(), SMALL)) {
            for (JournalRecord record = reader.nextRecord(); record != null; record = reader.nextRecord()) {
                target.write(record);
                if (record.sequence() % 25 == 0) {
                    assertThatThrownBy(() -> inKafka(Journals.Kind.EVENTS)).hasMessageContaining("is being imported");
                }
            }
            assertThatThrownBy(() -> inKafka(Journals.Kind.EVENTS)).hasMessageContaining("is being imported");
            target.complete();
        }
        assertThat(text(export(kafka()))).isEqualTo(text(export));
    }

    @Test
    void aJournalThatIsInKafkaIsNotTouchedNorTakenFromItsRouter() throws Exception {
        fill("old");
        byte[] export = export(files("old"));
        try (Journal running = inKafka(Journals.Kind.EVENTS).journal()) {
            append(running, 1, 3);
            assertThatThrownBy(() -> restore(export, kafka()))
                    .hasMessageContaining("does not mix journals")
                    .hasMessageContaining(prefix + ".p1.s.state");
            append(running, 4, 6);
            assertThat(numbers(running)).hasSize(6);
            assertThat(running.status().takenOver()).isNull();
        }
    }

    @Test
    void anExportNoticesThatARouterWritesAndDoesNotDisturbIt() throws Exception {
        try (Journal running = inKafka(Journals.Kind.EVENTS).journal()) {
            append(running, 1, 100);
            StoredJournals.Name name = kafka().list().get(0);
            try (StoredJournals.Source source = kafka().read(name, content -> content)) {
                append(running, 101, 102);
                List<Long> numbers = new ArrayList<>();
                assertThatThrownBy(() -> source.forEach(record -> numbers.add(record.sequence())))
                        .hasMessageContaining("was written meanwhile");
                assertThat(numbers).hasSize(100);
            }
            append(running, 103, 103);
            assertThat(running.status().takenOver()).isNull();
        }
    }

    @Test
    void anExportWaitsForTheEndOfATransactionThatAKilledRouterLeftOpen() throws Exception {
        try (Journal running = inKafka(Journals.Kind.EVENTS).journal()) {
            append(running, 1, 10);
        }
        String name = prefix + ".p1.s";
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        client().get("bootstrap.servers"),
                        "transactional.id",
                        name,
                        "transaction.timeout.ms",
                        "2000"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(name + ".events", new byte[] {'x'}))
                    .get();

            assertThat(text(export(kafka()))).contains("\"records\":10,");
        }
    }

    /** The brokers delete by age: what the slowest subscriber has not read counts as new. */
    @Test
    void whatASubscriberHasNotReadIsAsOldAsTheImportForTheBrokers() throws Exception {
        fill("old");
        Instant before = Instant.now();
        restore(export(files("old")), kafka());
        List<Long> delivered = new ArrayList<>();
        List<Long> waiting = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(Map.copyOf(client()), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(prefix + ".p1.s.events").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (delivered.size() + waiting.size() < 1000) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    long number = Long.parseLong(record.value().replaceFirst(".*?\"sequence\":(\\d+).*", "$1"));
                    (record.timestamp() < before.toEpochMilli() ? delivered : waiting).add(number);
                }
            }
        }
        assertThat(delivered).hasSize(700).allMatch(number -> number <= 700);
        assertThat(waiting).hasSize(300).allMatch(number -> number > 700);
    }

    @Test
    void onlyJournalsWithTheirOwnPrefixAreListed() throws Exception {
        fill("old");
        restore(export(files("old")), kafka());
        KafkaJournals others = new KafkaJournals(client(), prefix + ".other", 1);
        KafkaJournals own = new KafkaJournals(client(), prefix, 1);
        try (Journal other = PatientOpening.of(() -> others.open(Journals.Kind.EVENTS, "p2/s", SMALL, surroundings()))
                        .journal();
                Journal named = PatientOpening.of(
                                () -> own.open(Journals.Kind.EVENTS, "p1/alarms", SMALL, surroundings()))
                        .journal()) {
            assertThat(other.status().nextSequence()).isEqualTo(1);
            assertThat(named.status().nextSequence()).isEqualTo(1);
            assertThat(kafka().list())
                    .containsExactly(
                            new StoredJournals.Name(Journals.Kind.EVENTS, "p1/alarms"),
                            new StoredJournals.Name(Journals.Kind.EVENTS, "p1/s"),
                            new StoredJournals.Name(Journals.Kind.ALARMS, "p1/s"));
        }
    }
}
