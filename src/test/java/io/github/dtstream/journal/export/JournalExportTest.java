package io.github.dtstream.journal.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.JournalStatus;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.journal.local.LocalStoredJournals;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.storage.DurableState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals in files, exported and imported into other files. */
class JournalExportTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** A new segment at every 4 KiB. */
    private static final JournalSettings SMALL =
            new JournalSettings(4 << 10, Duration.ofDays(36_500), 1L << 30, 10_000, 1 << 20, 4 << 10);

    private static final byte[] BINARY = {1, (byte) 0xff, 0, 2};
    private static final String GAPS = "{\"version\":1,\"text\":\"äöü\uD83D\uDE00\"}\n";

    @TempDir
    private Path folder;

    private Journals.Surroundings surroundings() {
        return TestSurroundings.in(folder);
    }

    private StoredJournals stored(String data) {
        return new LocalStoredJournals(folder.resolve(data), surroundings());
    }

    private Journals.Opened open(String data, Journals.Kind kind) throws Exception {
        return new LocalJournals(folder.resolve(data)).open(kind, "p1/s", SMALL, surroundings());
    }

    private static void append(Journal journal, int from, int to) throws InterruptedException {
        for (int number = from; number <= to; number++) {
            Source source = Source.values()[number % Source.values().length];
            journal.append(
                    Events.ofDevice("event" + number, "d" + number % 5, NOON.plusMillis(number)),
                    source,
                    NOON.plusMillis(number));
        }
        journal.flush();
    }

    private static List<JournalRecord> all(Journal journal) throws IOException {
        List<JournalRecord> records = new ArrayList<>();
        journal.scan(Instant.EPOCH, records::add);
        return records;
    }

    private static List<String> described(Journal journal) throws IOException {
        return all(journal).stream()
                .map(record -> record.sequence() + " " + record.received() + " " + record.source() + " "
                        + new String(record.event().json(), StandardCharsets.UTF_8))
                .toList();
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

    /** Two journals with cursors and state. */
    private void fill(String data) throws Exception {
        Journals.Opened events = open(data, Journals.Kind.EVENTS);
        try (Journal journal = events.journal()) {
            append(journal, 1, 100);
            pass("files", 40, journal);
            pass("mqtt", 7, journal);
            events.state().save(GAPS.getBytes(StandardCharsets.UTF_8));
        }
        Journals.Opened alarms = open(data, Journals.Kind.ALARMS);
        try (Journal journal = alarms.journal()) {
            append(journal, 1, 8);
            alarms.state().save(BINARY);
        }
    }

    private static byte[] export(StoredJournals from, TransferProgress progress) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<StoredJournals.Name> names = from.list();
        new JournalExport(from, kind -> content -> content, progress)
                .run(names, new ExportWriter(out, "export-1", NOON, names.size()));
        return out.toByteArray();
    }

    private static byte[] export(StoredJournals from) throws IOException {
        return export(from, new Told());
    }

    private static Told restore(byte[] export, StoredJournals into) throws Exception {
        Told told = new Told();
        new JournalImport(into, kind -> SMALL, told).run(reader(export));
        return told;
    }

    private static ExportReader reader(byte[] export) throws IOException {
        return new ExportReader(new ByteArrayInputStream(export));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class Told implements TransferProgress {
        private final List<String> all = new ArrayList<>();
        private long furthest;

        @Override
        public void at(StoredJournals.Name name, long done, long of) {
            furthest = Math.max(furthest, done * 100 / of);
        }

        @Override
        public void ended(StoredJournals.Name name, long records, long unreadable) {
            all.add(name + ": " + records + ", unreadable " + unreadable);
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

    @Test
    void anImportedJournalHasTheSameRecordsCursorsStateAndNextNumber() throws Exception {
        fill("old");

        Told told = restore(export(stored("old")), stored("new"));

        assertThat(told.all)
                .containsExactly(
                        "the journal of p1/s: 100, unreadable 0", "the alarm journal of p1/s: 8, unreadable 0");
        assertThat(told.furthest).isEqualTo(100);
        for (Journals.Kind kind : Journals.Kind.values()) {
            Journals.Opened old = open("old", kind);
            Journals.Opened imported = open("new", kind);
            try (Journal before = old.journal();
                    Journal after = imported.journal()) {
                assertThat(described(after)).isEqualTo(described(before)).isNotEmpty();
                assertThat(after.lastLive()).isEqualTo(before.lastLive()).isPresent();
                assertThat(after.status().lastReceived())
                        .isEqualTo(before.status().lastReceived());
                assertThat(after.status().nextSequence())
                        .isEqualTo(before.status().nextSequence());
                assertThat(after.status().corrupt()).isZero();
                assertThat(imported.state().load(content -> content).value())
                        .contains(kind == Journals.Kind.EVENTS ? bytes(GAPS) : BINARY);
            }
        }
        try (Journal journal = open("new", Journals.Kind.EVENTS).journal();
                Subscription files = journal.subscribe("files", Journal.Start.END);
                Subscription mqtt = journal.subscribe("mqtt", Journal.Start.END)) {
            assertThat(files.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(41);
            assertThat(mqtt.poll(1, PATIENCE).records().get(0).sequence()).isEqualTo(8);
            append(journal, 100, 101);
            assertThat(all(journal)).extracting(JournalRecord::sequence).endsWith(100L, 101L);
        }
    }

    @Test
    void anExportOfAnImportIsTheSameFile() throws Exception {
        fill("old");
        byte[] first = export(stored("old"));
        restore(first, stored("new"));

        assertThat(new String(export(stored("new")), StandardCharsets.UTF_8))
                .isEqualTo(new String(first, StandardCharsets.UTF_8));
    }

    @Test
    void anExportDeletesNothingOfTheJournalHoweverOldItIs() throws Exception {
        fill("old");
        int segments = segments("old");
        export(stored("old"));

        assertThat(segments).isGreaterThan(3);
        assertThat(segments("old")).isEqualTo(segments);
    }

    private int segments(String data) throws IOException {
        try (var files = Files.list(folder.resolve(data + "/journal/p1/s/segments"))) {
            return (int) files.count();
        }
    }

    @Test
    void numbersBeginWhereRetentionHasLeftThem() throws Exception {
        fill("old");
        List<Path> segments;
        try (var files = Files.list(folder.resolve("old/journal/p1/s/segments"))) {
            segments = files.sorted().toList();
        }
        Files.delete(segments.get(0));

        restore(export(stored("old")), stored("new"));

        try (Journal before = open("old", Journals.Kind.EVENTS).journal();
                Journal after = open("new", Journals.Kind.EVENTS).journal()) {
            assertThat(after.status().firstSequence())
                    .isEqualTo(before.status().firstSequence())
                    .isGreaterThan(1);
            assertThat(described(after)).isEqualTo(described(before));
        }
    }

    @Test
    void anEmptyJournalKeepsItsNextNumber() throws Exception {
        fill("old");
        try (var files = Files.list(folder.resolve("old/journal/p1/s/segments"))) {
            for (Path segment : files.toList()) {
                Files.delete(segment);
            }
        }
        try (Journal journal = open("old", Journals.Kind.EVENTS).journal()) {
            assertThat(journal.status().nextSequence()).isEqualTo(41);
        }

        restore(export(stored("old")), stored("new"));

        try (Journal journal = open("new", Journals.Kind.EVENTS).journal()) {
            assertThat(journal.removeSubscriber("files")).isTrue();
        }
        try (Journal journal = open("new", Journals.Kind.EVENTS).journal()) {
            append(journal, 200, 200);
            assertThat(all(journal)).extracting(JournalRecord::sequence).containsExactly(41L);
        }
    }

    @Test
    void recordsThatCannotBeReadAreCountedAndTheOthersExported() throws Exception {
        fill("old");
        Path segment;
        try (var files = Files.list(folder.resolve("old/journal/p1/s/segments"))) {
            segment = files.sorted().findFirst().orElseThrow();
        }
        Files.writeString(segment, Files.readString(segment).replace("event2\"", "event0\""));
        Told told = new Told();

        byte[] export = export(stored("old"), told);
        restore(export, stored("new"));

        assertThat(told.all.get(0)).isEqualTo("the journal of p1/s: 99, unreadable 1");
        try (Journal journal = open("new", Journals.Kind.EVENTS).journal()) {
            assertThat(all(journal)).extracting(JournalRecord::sequence).startsWith(1L, 3L, 4L);
            assertThat(journal.status().nextSequence()).isEqualTo(101);
        }
    }

    @Test
    void aFileThatIsCutShortAnywhereIsRefusedAndMakesNoJournalBeforeItsEnd() throws Exception {
        fill("old");
        byte[] export = export(stored("old"));
        List<Integer> ends = IntStream.iterate(0, end -> end < export.length, end -> end + 97)
                .boxed()
                .toList();
        for (int end : ends) {
            byte[] cut = Arrays.copyOf(export, end);
            assertThatThrownBy(() -> JournalImport.check(reader(cut))).hasMessageContaining("cut short");
        }
        byte[] almost = Arrays.copyOf(export, export.length - 1);
        assertThatThrownBy(() -> JournalImport.check(reader(almost))).hasMessageContaining("cut short");
        byte[] half = Arrays.copyOf(export, export.length / 2);
        assertThatThrownBy(() -> restore(half, stored("new"))).hasMessageContaining("cut short");
        assertThat(stored("new").list()).isEmpty();
        assertThat(folder.resolve("new/gaps/p1/s/gaps.json")).doesNotExist();
    }

    @Test
    void aFileThatWasChangedAnywhereIsRefused() throws Exception {
        fill("old");
        byte[] export = export(stored("old"));
        int begin = new String(export, StandardCharsets.UTF_8).indexOf('\n') + 1;
        JournalImport.check(reader(export));
        for (int at = begin; at < export.length - 1; at += 61) {
            byte[] changed = export.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> JournalImport.check(reader(changed)))
                    .as("byte " + at)
                    .isInstanceOf(IOException.class);
        }
        String text = new String(export, StandardCharsets.UTF_8);
        String moved = text.replace("\"cursor\":\"mqtt\",\"next\":8", "\"cursor\":\"mqtt\",\"next\":9");
        assertThat(moved).isNotEqualTo(text);
        assertThatThrownBy(() -> JournalImport.check(reader(bytes(moved)))).hasMessageContaining("checksum");
        assertThatThrownBy(() -> JournalImport.check(reader(bytes(text.replaceFirst("(?m)^\\{\"crc.*\n", "")))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aFileOfAnotherVersionOrKindIsRefused() {
        assertThatThrownBy(() -> reader(bytes("{\"dtStreamExport\":2,\"id\":\"x\",\"journals\":0}\n")))
                .hasMessageContaining("version 2")
                .hasMessageContaining("version 1");
        for (String other : List.of("", "{}\n", "hello\n", "{\"crc\":\"00000000\"}\n", "hello")) {
            assertThatThrownBy(() -> reader(bytes(other))).hasMessageContaining("not an export");
        }
    }

    @Test
    void aStreamWhoseNameWouldLeaveTheDataFolderIsRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fill("old");
        String text = new String(export(stored("old")), StandardCharsets.UTF_8).replace("p1/s", "../s");
        out.writeBytes(bytes(text));

        assertThatThrownBy(() -> restore(out.toByteArray(), stored("new"))).isInstanceOf(IOException.class);
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void aJournalThatIsThereIsNotTouchedUnlessItComesFromTheSameExport() throws Exception {
        fill("old");
        byte[] export = export(stored("old"));
        assertThatThrownBy(() -> restore(export, stored("old")))
                .hasMessageContaining("already")
                .hasMessageContaining(folder.resolve("old/journal/p1/s").toString());
        assertThat(export(stored("old"))).isEqualTo(export);

        restore(export, stored("new"));
        Told again = restore(export, stored("new"));

        assertThat(again.all)
                .containsExactly("the journal of p1/s was complete", "the alarm journal of p1/s was complete");
        byte[] other = bytes(new String(export, StandardCharsets.UTF_8).replace("export-1", "export-2"));
        assertThatThrownBy(() -> restore(other, stored("new"))).hasMessageContaining("already");
    }

    @Test
    void aGapLedgerThatIsThereWithoutAJournalIsNotOverwritten() throws Exception {
        fill("old");
        byte[] export = export(stored("old"));
        Path gaps = folder.resolve("new/gaps/p1/s/gaps.json");
        Files.createDirectories(gaps.getParent());
        Files.writeString(gaps, "kept");

        assertThatThrownBy(() -> restore(export, stored("new"))).hasMessageContaining(gaps.toString());
        assertThat(gaps).hasContent("kept");
    }

    @Test
    void anImportThatEndedInTheMiddleIsNotVisibleAndIsRepeatedFromTheBeginning() throws Exception {
        fill("old");
        byte[] export = export(stored("old"));
        ExportReader reader = reader(export);
        ExportReader.Exported journal = reader.nextJournal();
        assertThat(journal).isNotNull();
        try (StoredJournals.Target target =
                stored("new").write(journal.name(), journal.snapshot(), reader.id(), SMALL)) {
            for (int i = 0; i < 50; i++) {
                target.write(reader.nextRecord());
            }
        }
        assertThat(stored("new").list()).isEmpty();

        restore(export, stored("new"));

        assertThat(export(stored("new"))).isEqualTo(export);
        assertThat(folder.resolve("new/journal/p1/s.importing")).doesNotExist();
    }

    @Test
    void aDamagedGapLedgerIsNotExportedAsNone() throws Exception {
        fill("old");
        DurableState.Reader<?> refusing = content -> {
            throw new IOException("damaged");
        };
        StoredJournals.Name name = stored("old").list().get(0);

        assertThatThrownBy(() -> stored("old").read(name, refusing).close())
                .hasMessageContaining("gaps.json")
                .hasMessageContaining("start the router once");
    }

    @Test
    void aJournalThatIsInUseIsNotExported() throws Exception {
        fill("old");
        try (Journal journal = open("old", Journals.Kind.EVENTS).journal()) {
            JournalStatus before = journal.status();
            assertThatThrownBy(() -> export(stored("old"))).hasRootCauseMessage(inUse());
            assertThat(journal.status().nextSequence()).isEqualTo(before.nextSequence());
        }
    }

    private String inUse() throws IOException {
        return "the journal in " + folder.resolve("old/journal/p1/s").toRealPath()
                + " is in use: this process has it open already: close it first";
    }
}
