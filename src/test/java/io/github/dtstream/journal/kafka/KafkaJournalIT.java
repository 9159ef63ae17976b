package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalAwayException;
import io.github.dtstream.journal.JournalContract;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.Remark;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.storage.DurableState;
import io.github.dtstream.time.MovableClock;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal in Kafka, with a real broker that is killed. */
class KafkaJournalIT extends JournalContract {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static @Nullable KafkaBroker broker;

    private final String name = "p1." + UUID.randomUUID();

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

    private static KafkaBroker broker() {
        KafkaBroker running = broker;
        if (running == null) {
            throw new IllegalStateException("no broker was started");
        }
        return running;
    }

    private static Map<String, String> client() {
        return Map.of("bootstrap.servers", broker().address());
    }

    @Override
    protected KafkaJournal open(JournalSettings settings) throws Exception {
        return PatientOpening.of(() -> KafkaJournal.open(
                new KafkaSettings(client(), name, 3, (short) 1),
                settings,
                new TopicSizes(client(), name, Ticker.SYSTEM),
                surroundings()));
    }

    private KafkaJournal open() throws Exception {
        return open(JournalSettings.DEFAULTS);
    }

    private KafkaJournals journals(int replication) {
        return new KafkaJournals(client(), name, replication);
    }

    private Journals.Surroundings surroundings() {
        return TestSurroundings.in(folder);
    }

    @Test
    void looksAtBrokersTopicsAndTransactionsBeforeAndAfterAJournalIsThere() throws Exception {
        KafkaJournals journals = journals(1);
        List<Remark> before = journals.look(List.of("p/s"));
        assertThat(journals.absence()).isEmpty();
        assertThat(journals.isThere(Journals.Kind.EVENTS, "p/s")).isFalse();
        Journals.Opened opened = PatientOpening.of(
                () -> journals.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings()));
        try (Journal journal = opened.journal()) {
            append(journal, 1, 10);
            journal.flush();
            List<Remark> after = journals.look(List.of("p/s"));

            assertThat(before).extracting(Remark::level).doesNotContain(Remark.Level.ERROR);
            assertThat(before)
                    .extracting(Remark::text)
                    .anyMatch(text -> text.contains("answers: cluster") && text.contains("brokers: 1"))
                    .anyMatch(text -> text.contains("are not there yet: the router makes them"))
                    .contains("transactions work");
            assertThat(after).extracting(Remark::text).anyMatch(text -> text.contains("are as they should be"));
            assertThat(journals.isThere(Journals.Kind.EVENTS, "p/s")).isTrue();
            assertThat(journals.isThere(Journals.Kind.ALARMS, "p/s")).isFalse();
            assertThat(journal.status().events()).isEqualTo(10);
            await().atMost(PATIENCE).until(() -> journal.status().bytes().isPresent());
        }
    }

    @Test
    void findsTheAlarmsOfAStreamThatAnotherRouterHeldMeanwhile() throws Exception {
        KafkaJournals here = journals(1);
        KafkaJournals other = journals(1);
        assertThat(here.isThere(Journals.Kind.ALARMS, "p/s")).isFalse();
        PatientOpening.of(() -> other.open(Journals.Kind.ALARMS, "p/s", JournalSettings.DEFAULTS, surroundings()))
                .journal()
                .close();

        try (Journal taken = PatientOpening.of(
                        () -> here.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings()))
                .journal()) {
            assertThat(here.isThere(Journals.Kind.ALARMS, "p/s")).isTrue();
            assertThat(taken.status().events()).isZero();
        }
    }

    @Test
    void saysWhatToDoWhereItCannotBeOpened() throws Exception {
        KafkaJournals wantsThree = journals(3);
        assertThat(wantsThree.look(List.of()))
                .anyMatch(remark ->
                        remark.level() == Remark.Level.ERROR && remark.text().contains("on 3 brokers"));
        assertThatThrownBy(() -> wantsThree.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings()))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(JournalAwayException.class)
                .hasMessageContaining("has fewer brokers than the replication that is wanted");
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            admin.createTopics(List.of(new NewTopic(name + ".p.t.state", 2, (short) 1)))
                    .all()
                    .get();
        }
        assertThatThrownBy(
                        () -> journals(1).open(Journals.Kind.EVENTS, "p/t", JournalSettings.DEFAULTS, surroundings()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cleanup.policy=delete");
        assertThat(new KafkaJournals(Map.of("bootstrap.servers", "no-such-host.invalid:1"), "dt", 1).absence())
                .hasValueSatisfying(why -> assertThat(why).contains("no-such-host.invalid"));
    }

    @Test
    void doesNotBeginAnewBehindEventsWhoseStateWasDeleted() throws Exception {
        try (KafkaJournal journal = open()) {
            append(journal, 1, 3);
            journal.flush();
        }
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            admin.deleteTopics(List.of(name + ".state")).all().get();
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the topic " + name + ".events has events")
                .hasMessageContaining("delete both topics");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    private static Optional<String> state(KafkaJournal journal) throws Exception {
        return journal.state().load(KafkaJournalIT::text).value();
    }

    @Test
    void keepsTheStateBesideTheEventsAndTheOneBeforeIt() throws Exception {
        String large = "x".repeat(1_200_000);
        try (KafkaJournal journal = open()) {
            assertThat(state(journal)).isEmpty();
            journal.state().save(bytes("one"));
            journal.state().save(bytes(large));
            assertThat(state(journal)).contains(large);
        }
        try (KafkaJournal journal = open()) {
            assertThat(state(journal)).contains(large);
            assertThat(journal.state().load(content -> {
                        if (content.length > 10) {
                            throw new IOException("too long");
                        }
                        return text(content);
                    }))
                    .isEqualTo(new DurableState.Content<>(Optional.of("one"), true));
            journal.state().save(bytes("three"));
        }
        try (KafkaJournal journal = open()) {
            assertThat(state(journal)).contains("three");
        }
    }

    @Test
    void hasTheStateOfBeforeWithEveryEventAndWaitsForNoBroker() throws Exception {
        try (KafkaJournal journal = open()) {
            append(journal, 1, 5);
            journal.flush();
            broker().kill();
            long begin = System.nanoTime();
            journal.state().saveInOrder(bytes("open"));
            append(journal, 6, 6);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            await().atMost(PATIENCE).until(() -> journal.state().problem().isPresent());
            assertThatThrownBy(() -> journal.state().save(bytes("saved"))).isInstanceOf(IOException.class);

            broker().begin();
            journal.flush();
            journal.state().save(bytes("filled"));

            await().atMost(PATIENCE).until(() -> journal.state().problem().isEmpty());
        }
        try (KafkaJournal journal = open()) {
            assertThat(state(journal)).contains("filled");
        }
    }

    private static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            journal.append(
                    Events.ofDevice("event" + number, "d" + number % 5, NOON.plusMillis(number)),
                    Source.LIVE,
                    NOON.plusMillis(number));
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> "event" + number)
                .toList();
    }

    private static List<JournalRecord> all(Journal journal) throws Exception {
        List<JournalRecord> records = new ArrayList<>();
        journal.scan(NOON.minusSeconds(1), records::add);
        return records;
    }

    private static List<String> ids(List<JournalRecord> records) {
        return records.stream().map(record -> record.event().eventId()).toList();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> options = new HashMap<>(client());
        options.putAll(more);
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void losesAndRepeatsNothingWhenTheBrokerIsKilledAndComesBack() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 50);
            journal.flush();
            broker().kill();
            append(journal, 51, 100);
            await().atMost(PATIENCE).until(() -> journal.status().heldSince() != null);
            assertThat(journal.status().durableSequence()).isEqualTo(50);

            broker().begin();
            journal.flush();

            await().atMost(PATIENCE).until(() -> journal.status().heldSince() == null);
            List<JournalRecord> records = new ArrayList<>();
            while (records.size() < 100) {
                records.addAll(subscription.poll(100, PATIENCE).records());
            }
            assertThat(ids(records)).isEqualTo(ids(1, 100));
            assertThat(ids(all(journal))).isEqualTo(ids(1, 100));
        }
    }

    @Test
    void refusesWhatAZombieBringsWhichTheNewOneGetsOnce() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (KafkaJournal zombie = open();
                Subscription old = zombie.subscribe("files", Journal.Start.BEGINNING)) {
            zombie.onTakenOver(told::add);
            append(zombie, 1, 10);
            zombie.flush();
            old.commit(old.poll(4, PATIENCE).end());
            await().atMost(PATIENCE).until(() -> cursorOfASuccessor() == 5);
            try (Journal journal = open()) {
                append(zombie, 11, 20);
                old.commit(old.poll(100, PATIENCE).end());
                assertThatThrownBy(zombie::flush).isInstanceOf(IllegalStateException.class);
                assertThat(zombie.status().takenOver()).contains("another router has taken over");
                await().atMost(PATIENCE).until(() -> told.size() == 1);
                assertThat(old.poll(100, Duration.ofMillis(10)).isEmpty()).isTrue();
                assertThatThrownBy(() -> zombie.state().saveInOrder(bytes("late")))
                        .hasMessageContaining("another router");
                assertThatThrownBy(() -> append(zombie, 21, 21)).isInstanceOf(IllegalStateException.class);

                append(journal, 8, 25);
                journal.flush();

                assertThat(journal.lastLive()).contains(NOON.plusMillis(10));
                assertThat(ids(all(journal))).isEqualTo(ids(1, 25));
                assertThat(all(journal))
                        .extracting(JournalRecord::sequence)
                        .isEqualTo(IntStream.rangeClosed(1, 25)
                                .mapToObj(Long::valueOf)
                                .toList());
                try (Subscription subscription = journal.subscribe("files", Journal.Start.END)) {
                    assertThat(ids(subscription.poll(1, PATIENCE).records())).containsExactly("event5");
                }
            }
        }
    }

    /** A fenced writer asks for an epoch at once, and may fence the one that takes over before that has entered itself. */
    @Test
    void isTakenOverByEachNewOneThoughItIsWrittenAllTheTime() throws Exception {
        AtomicInteger number = new AtomicInteger();
        KafkaJournal journal = open();
        for (int takeOver = 0; takeOver < 4; takeOver++) {
            KafkaJournal old = journal;
            FutureTask<Object> writing = new FutureTask<>(() -> {
                while (true) {
                    int next = number.incrementAndGet();
                    append(old, next, next);
                    old.flush();
                }
            });
            new Thread(writing, "writes").start();
            int before = number.get();
            await().atMost(PATIENCE).until(() -> number.get() > before + 20);

            journal = open();

            assertThatThrownBy(() -> writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalStateException.class);
            assertThat(old.status().takenOver()).contains("another router has taken over");
            old.close();
        }
        try (KafkaJournal last = journal) {
            append(last, number.incrementAndGet(), number.get());
            last.flush();
            assertThat(last.status().takenOver()).isNull();
            assertThat(ids(all(last))).doesNotHaveDuplicates();
            assertThat(all(last))
                    .extracting(JournalRecord::sequence)
                    .isEqualTo(LongStream.rangeClosed(1, last.status().durableSequence())
                            .boxed()
                            .toList());
        }
    }

    /** The subscriber's cursor in the state topic. Reading it fences no router. */
    private long cursorOfASuccessor() throws Exception {
        Topics topics = Topics.open(new KafkaSettings(client(), name, 3, (short) 1), JournalSettings.DEFAULTS);
        byte[] cursor = WriterState.read(topics).get(WriterState.CURSOR + "files");
        return cursor == null ? 0 : Long.parseLong(text(cursor).split(" ")[0]);
    }

    private Journals.Opened opened(KafkaJournals journals) throws Exception {
        return journals.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings());
    }

    private void readAhead(KafkaJournals journals) throws Exception {
        journals.readAhead(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, surroundings());
    }

    private static void requireExactly(Journal journal, int last) throws Exception {
        assertThat(ids(all(journal))).isEqualTo(ids(1, last));
        assertThat(journal.status().nextSequence()).isEqualTo(last + 1);
        append(journal, 1, last);
        append(journal, last + 1, last + 3);
        journal.flush();
        assertThat(ids(all(journal))).isEqualTo(ids(1, last + 3));
    }

    @Test
    void opensWhatItReadAheadWhileAnotherRouterWroteAsIfItReadAllOfItThen() throws Exception {
        KafkaJournals standby = journals(1);
        readAhead(standby);
        try (Journal writer = opened(journals(1)).journal()) {
            append(writer, 1, 40);
            writer.flush();
            readAhead(standby);
            append(writer, 41, 60);
            writer.flush();
            readAhead(standby);
            append(writer, 61, 70);
            writer.flush();

            try (Journal journal = opened(standby).journal()) {
                requireExactly(journal, 70);
                assertThat(journal.status().lost()).isZero();
            }
        }
    }

    /** Brokers forget after a while what was deleted, so who continues to read after that would take it for present. */
    @Test
    void believesNothingThatItReadAheadLongAgo() throws Exception {
        MovableClock clock = new MovableClock(Instant.parse("2026-11-27T12:00:00Z"));
        Journals.Surroundings moved = TestSurroundings.in(folder, clock);
        KafkaJournals standby = journals(1);
        TopicPartition state = new TopicPartition(name + ".p.s.state", 0);
        try (Journal writer = opened(journals(1)).journal()) {
            append(writer, 1, 20);
            writer.flush();
            Subscription gone = writer.subscribe("gone", Journal.Start.BEGINNING);
            writer.flush();
            standby.readAhead(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, moved);
            gone.close();
            writer.removeSubscriber("gone");
            append(writer, 21, 30);
            writer.flush();
            forget(state);
            append(writer, 31, 40);
            writer.flush();
        }
        clock.advance(Duration.ofHours(1));

        try (Journal journal = standby.open(Journals.Kind.EVENTS, "p/s", JournalSettings.DEFAULTS, moved)
                .journal()) {
            assertThat(journal.status().subscribers()).isEmpty();
            requireExactly(journal, 40);
        }
    }

    /** Makes the broker forget what the topic of the state has, also what was deleted, as it does after a while. */
    private static void forget(TopicPartition state) throws Exception {
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            configure(admin, state.topic(), "cleanup.policy", "delete");
            admin.deleteRecords(Map.of(state, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
            configure(admin, state.topic(), "cleanup.policy", "compact");
        }
    }

    private static void configure(Admin admin, String topic, String name, String value) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    }

    @Test
    void readsAheadBesideATransactionThatIsUnderWay() throws Exception {
        KafkaJournals standby = journals(1);
        try (Journal writer = opened(journals(1)).journal()) {
            append(writer, 1, 20);
        }
        String journalName = name + ".p.s";
        try (KafkaProducer<byte[], byte[]> crashed = producer(Map.of("transactional.id", journalName))) {
            crashed.initTransactions();
            crashed.beginTransaction();
            for (int partition = 0; partition < 6; partition++) {
                crashed.send(new ProducerRecord<>(journalName + ".events", partition, null, new byte[] {'x'}))
                        .get();
            }
            readAhead(standby);
            readAhead(standby);

            try (Journal journal = opened(standby).journal()) {
                requireExactly(journal, 20);
                assertThat(journal.status().corrupt()).isZero();
            }
        }
    }

    @Test
    void usesNothingThatWasReadAheadOfTopicsThatWereReplaced() throws Exception {
        KafkaJournals standby = journals(1);
        try (Journal writer = opened(journals(1)).journal()) {
            append(writer, 1, 20);
        }
        readAhead(standby);
        deleteTopics(name + ".p.s");

        try (Journal journal = opened(standby).journal()) {
            append(journal, 1, 5);
            journal.flush();

            assertThat(journal.status().nextSequence()).isEqualTo(6);
            assertThat(ids(all(journal))).isEqualTo(ids(1, 5));
        }
    }

    /** A broker creates a topic that does not exist for a producer, with settings of its own. */
    @Test
    void sendsNothingBeforeItIsKnownThatTheTopicsAreThere() throws Exception {
        Topics topics = Topics.open(new KafkaSettings(client(), name, 3, (short) 1), JournalSettings.DEFAULTS);
        deleteTopics(name);
        IOException replaced = new IOException("the topics were replaced");

        try (Writer writer = new Writer(topics, "another router")) {
            assertThatThrownBy(() -> writer.fence(() -> {
                        throw replaced;
                    }))
                    .isSameAs(replaced);
        }

        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            assertThat(admin.listTopics().names().get()).doesNotContain(topics.events(), name + ".state");
        }
    }

    private static void deleteTopics(String journal) throws Exception {
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            List<String> topics = List.of(journal + ".events", journal + ".state");
            admin.deleteTopics(topics).all().get();
            await().atMost(PATIENCE)
                    .until(() -> admin.listTopics().names().get().stream().noneMatch(topics::contains));
        }
    }

    @Test
    void readsNothingAheadOfAJournalThatIsNotThere() throws Exception {
        KafkaJournals standby = journals(1);

        readAhead(standby);
        standby.readNoLongerAhead("p/s");

        assertThat(standby.isThere(Journals.Kind.EVENTS, "p/s")).isFalse();
    }

    @Test
    void showsNothingOfATransactionThatACrashLeftOpen() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 5);
        }
        try (KafkaProducer<byte[], byte[]> crashed = producer(Map.of("transactional.id", name))) {
            crashed.initTransactions();
            crashed.beginTransaction();
            crashed.send(new ProducerRecord<>(name + ".events", new byte[] {'x'}))
                    .get();
            try (Journal journal = open()) {
                append(journal, 6, 8);
                journal.flush();

                assertThat(ids(all(journal))).isEqualTo(ids(1, 8));
                assertThat(journal.status().corrupt()).isZero();
            }
        }
    }

    @Test
    void beginsNoMoreThanTenTransactionsASecondForEventsThatComeOneByOne() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.follow(1)) {
            long begun = System.nanoTime();
            for (int number = 1; number <= 8; number++) {
                append(journal, number, number);
                int read = 0;
                while (read == 0) {
                    read = subscription.poll(10, 1 << 20, PATIENCE).records().size();
                }
            }

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(700));
        }
    }

    @Test
    void goesOnWhenItWasFencedAndNobodyHasTakenItOver() throws Exception {
        try (Journal journal = open();
                Admin admin = Admin.create(Map.copyOf(client()))) {
            append(journal, 1, 5);
            journal.flush();
            admin.fenceProducers(List.of(name)).all().get();

            append(journal, 6, 10);
            journal.flush();

            assertThat(ids(all(journal))).isEqualTo(ids(1, 10));
        }
    }

    @Test
    void setsAsideOnceWhatIsNoRecord() throws Exception {
        try (Journal journal = open()) {
            append(journal, 1, 5);
            journal.flush();
            try (KafkaProducer<byte[], byte[]> stranger = producer(Map.of())) {
                stranger.send(new ProducerRecord<>(name + ".events", 0, null, "hello".getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
            append(journal, 6, 20);
            journal.flush();

            assertThat(ids(all(journal))).isEqualTo(ids(1, 20));
            assertThat(ids(all(journal))).isEqualTo(ids(1, 20));
            assertThat(journal.status().corrupt()).isEqualTo(1);
        }
    }

    @Test
    void countsForASubscriberWhatTheBrokersHaveDeletedBeforeItGotThat() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            append(journal, 1, 40);
            journal.flush();
            subscription.commit(subscription.poll(10, PATIENCE).end());
        }
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            admin.deleteRecords(Map.of(new TopicPartition(name + ".events", 0), RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING)) {
            List<String> left = ids(all(journal));
            append(journal, 41, 42);
            journal.flush();

            List<String> got = new ArrayList<>();
            while (!got.contains("event42")) {
                got.addAll(ids(subscription.poll(100, PATIENCE).records()));
            }

            assertThat(left).isSubsetOf(ids(1, 40)).isNotEqualTo(ids(1, 40));
            assertThat(got)
                    .containsSubsequence(
                            left.stream().filter(ids(11, 40)::contains).toList());
            assertThat(journal.status().lost()).isEqualTo(32 - got.size()).isPositive();
            assertThat(journal.status().subscribers().get(0).lost()).isEqualTo(32 - got.size());
        }
    }

    /** A record is refused for good. What came after it must not be in the journal without it. */
    @Test
    void writesNothingThatCameAfterWhatWasGivenUpAndSaysWhatToDo() throws Exception {
        String reason;
        try (Journal journal = open();
                Admin admin = Admin.create(Map.copyOf(client()))) {
            append(journal, 1, 3);
            journal.flush();
            configure(admin, name + ".events", "max.message.bytes", "2000");
            String text = new SplittableRandom(1)
                    .ints(6000, 'a', 'z')
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            journal.append(Events.event("large", '"' + text + '"'), Source.LIVE, NOON.plusMillis(4));
            await().atMost(PATIENCE).until(() -> journal.status().heldSince() != null);
            append(journal, 5, 9);
            reason = String.valueOf(journal.status().heldReason());
        }
        try (Admin admin = Admin.create(Map.copyOf(client()))) {
            configure(admin, name + ".events", "max.message.bytes", Topics.LARGEST_BYTES);
        }

        try (Journal journal = open()) {
            assertThat(reason).contains("refuses a record as too large").contains("max.message.bytes");
            assertThat(ids(all(journal))).isEqualTo(ids(1, 3));
            assertThat(journal.lastLive()).contains(NOON.plusMillis(3));
        }
    }

    @Test
    void readsAllThatIsWrittenAfterPartitionsWereAdded() throws Exception {
        try (Journal journal = open();
                Subscription subscription = journal.subscribe("files", Journal.Start.BEGINNING);
                Admin admin = Admin.create(Map.copyOf(client()))) {
            append(journal, 1, 20);
            journal.flush();
            admin.createPartitions(Map.of(name + ".events", NewPartitions.increaseTo(12)))
                    .all()
                    .get();
            await().atMost(PATIENCE).until(() -> partitions(admin) == 12);
            // the next producer knows of them
            admin.fenceProducers(List.of(name)).all().get();
            append(journal, 21, 60);
            journal.flush();

            List<String> got = new ArrayList<>();
            while (got.size() < 60) {
                got.addAll(ids(subscription.poll(100, PATIENCE).records()));
            }

            assertThat(got).isEqualTo(ids(1, 60));
            assertThat(ids(all(journal))).isEqualTo(ids(1, 60));
            assertThat(journal.status().lost()).isZero();
        }
        try (Journal journal = open()) {
            append(journal, 61, 80);
            journal.flush();

            assertThat(ids(all(journal))).isEqualTo(ids(1, 80));
        }
    }

    private int partitions(Admin admin) throws Exception {
        return admin.describeTopics(List.of(name + ".events"))
                .allTopicNames()
                .get()
                .get(name + ".events")
                .partitions()
                .size();
    }
}
