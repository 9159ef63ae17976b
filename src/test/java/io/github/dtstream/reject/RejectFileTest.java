package io.github.dtstream.reject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.text.Masking;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectFileTest {
    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));

    @Test
    void writesALineARecord() throws Exception {
        try (RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, clock)) {
            rejects.reject("stream", "not \"JSON\"", Map.of("eventId", "e1"), bytes("a\nb\u00e9"));
            rejects.reject("journal", "torn", Map.of(), new byte[] {'x', (byte) 0xff});
        }
        List<String> lines = Files.readAllLines(folder.resolve("rejected/2026-11-22.ndjson"));
        assertThat(lines).hasSize(2);
        assertThat(fields(lines.get(0)))
                .containsEntry("time", "2026-11-22T12:00:00Z")
                .containsEntry("where", "stream")
                .containsEntry("reason", "not \"JSON\"")
                .containsEntry("eventId", "e1")
                .containsEntry("record", "a\nb\u00e9")
                .doesNotContainKey("recordBase64");
        assertThat(fields(lines.get(1)))
                .containsEntry("record", "x\ufffd")
                .containsEntry("recordBase64", Base64.getEncoder().encodeToString(new byte[] {'x', (byte) 0xff}));
    }

    @Test
    void beginsANewLineAfterATornOne() throws Exception {
        Files.writeString(folder.resolve("2026-11-22.ndjson"), "{\"time\":\"20");
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock)) {
            rejects.reject("stream", "bad", Map.of(), bytes("x"));
        }

        List<String> lines = Files.readAllLines(folder.resolve("2026-11-22.ndjson"));
        assertThat(lines).hasSize(2);
        assertThat(fields(lines.get(1))).containsEntry("record", "x");
    }

    @Test
    void keepsWithinItsBoundOverManyDays() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 10_000, clock)) {
            for (int day = 0; day < 6; day++) {
                for (int i = 0; i < 100; i++) {
                    rejects.reject("stream", "bad", Map.of(), bytes("y".repeat(100)));
                }
                assertThat(sum()).isLessThanOrEqualTo(10_000);
                clock.advance(Duration.ofDays(1));
            }
        }
        assertThat(folder.resolve("2026-11-22.ndjson")).doesNotExist();
        assertThat(folder.resolve("2026-11-27.ndjson")).exists();
    }

    @Test
    void goesOnWithoutWhatTheDiskRefuses() throws Exception {
        Path directory = folder.resolve("rejected");
        Files.writeString(directory, "a file where the folder should be");
        try (RejectFile rejects = new RejectFile(directory, 1 << 20, clock)) {
            rejects.reject("stream", "bad", Map.of(), bytes("x"));
            Files.delete(directory);
            rejects.reject("stream", "bad", Map.of(), bytes("y"));
        }
        assertThat(Files.readString(directory.resolve("2026-11-22.ndjson"))).contains("\"record\":\"y\"");
    }

    @Test
    void aRefusedEventSurvivesAPowerCut() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        try (RejectFile rejects = new RejectFile(folder.resolve("rejected"), 1 << 20, clock, new Masking(), disk)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1"));

            disk.powerCut(FaultyStorage.Loss.BOTH);

            assertThat(scan(rejects, RejectQuery.OPEN))
                    .extracting(Rejected::record)
                    .containsExactly("1");
        }
    }

    @Test
    void saysThatARefusedEventIsNotKeptWhileTheDiskIsFullAndTakesItLater() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock, new Masking(), disk)) {
            assertThat(rejects.open("", "a").count()).isZero();
            disk.room(10);
            assertThatThrownBy(() -> Refusals.add(rejects, "a", "too large", Map.of(), bytes("1")))
                    .isInstanceOf(IOException.class);
            assertThat(rejects.counts()).isEmpty();
            assertThat(rejects.open("", "a").count()).isZero();

            disk.room(Long.MAX_VALUE);
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1"));

            assertThat(rejects.open("", "a").count()).isEqualTo(1);
            assertThat(scan(rejects, RejectQuery.OPEN))
                    .extracting(Rejected::record)
                    .containsExactly("1");
        }
    }

    @Test
    void saysThatARefusedEventIsNotKeptOnADayThatIsFullUntilTheNext() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 1_000, clock)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1".repeat(300)));
            assertThatThrownBy(() -> Refusals.add(rejects, "a", "too large", Map.of(), bytes("2".repeat(300))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("2026-11-22.ndjson")
                    .hasMessageContaining("is full");
            assertThatThrownBy(() -> Refusals.add(rejects, "a", "too large", Map.of(), bytes("3")))
                    .as("in order, and not by size")
                    .isInstanceOf(IOException.class);

            clock.advance(Duration.ofDays(1));
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("4"));

            assertThat(scan(rejects, RejectQuery.OPEN))
                    .hasSize(2)
                    .last()
                    .extracting(Rejected::record)
                    .isEqualTo("4");
        }
    }

    @Test
    void aFullDayTakesMoreOnceItsFileWasMovedAway() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 1_000, clock)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1".repeat(300)));
            rejects.settle(scan(rejects, RejectQuery.OPEN).get(0), "delivered");
            assertThatThrownBy(() -> Refusals.add(rejects, "a", "too large", Map.of(), bytes("2".repeat(300))))
                    .isInstanceOf(IOException.class);

            Files.move(folder.resolve("2026-11-22.ndjson"), folder.resolve("aside"));
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("2"));

            assertThat(rejects.open("", "a").count()).isEqualTo(1);
            assertThat(scan(rejects, RejectQuery.OPEN))
                    .as("what became of the first line of the other file says nothing of this one")
                    .extracting(Rejected::record)
                    .containsExactly("2");
        }
    }

    @Test
    void refusedEventsAreNotTakenAfterItIsClosed() {
        RejectFile rejects = new RejectFile(folder, 1 << 20, clock);
        rejects.close();

        assertThatThrownBy(() -> Refusals.add(rejects, "a", "too large", Map.of(), bytes("1")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void namesEachRecordByDateAndLineAndRemembersWhatBecameOfIt() throws Exception {
        Files.writeString(folder.resolve("2026-11-22.ndjson"), "{\"time\":\"20");
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock)) {
            Refusals.add(
                    rejects,
                    "a",
                    "too large",
                    Map.of("stream", "p/default", "eventId", "e1"),
                    bytes("x".repeat(100_000)));
            rejects.reject("stream p/default", "no event", Map.of(), bytes("y"));
            clock.advance(Duration.ofDays(1));
            Refusals.add(rejects, "b", "no such unit", Map.of("stream", "p/default", "eventId", "e2"), bytes("z"));
            assertThat(rejects.open("p/default", "a").count()).isEqualTo(1);
            assertThat(rejects.open("other/default", "a").count()).isZero();

            Rejected first = scan(rejects, RejectQuery.OPEN).get(0);
            assertThat(first.id()).isEqualTo("2026-11-22-2");
            assertThat(first.record()).hasSize(100_000);
            assertThat(first.subscriber()).contains("a");
            rejects.settle(first, "delivered");

            assertThat(rejects.open("p/default", "a").count()).isZero();
        }
        try (RejectFile later = new RejectFile(folder, 1 << 20, clock)) {
            assertThat(scan(later, RejectQuery.OPEN))
                    .extracting(Rejected::id)
                    .containsExactly("2026-11-22-3", "2026-11-23-1");
            assertThat(later.open("p/default", "a").count()).isZero();
            assertThat(later.open("p/default", "b").count()).isEqualTo(1);
            assertThat(later.open("p/default", "b").reason()).isEqualTo("no such unit");
            assertThat(scan(later, new RejectQuery("", Instant.MIN, Instant.MAX, "", Set.of(), true)))
                    .extracting(Rejected::settled)
                    .containsExactly("delivered", "", "");
        }
    }

    @Test
    void settlesWhatComesAfterANoteThatACrashCutShort() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1"));
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("2"));
            Files.writeString(folder.resolve("2026-11-22.settled"), "1 deliv");

            rejects.settle(scan(rejects, RejectQuery.OPEN).get(1), "delivered");

            assertThat(scan(rejects, RejectQuery.OPEN)).extracting(Rejected::id).containsExactly("2026-11-22-1");
        }
    }

    @Test
    void whatBecameOfAnEventSurvivesAPowerCut() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock, new Masking(), disk)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1"));
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("2"));
            List<String> done = new ArrayList<>();
            disk.watch((operation, file) -> done.add(operation + " " + file.getFileName()));

            for (Rejected rejected : scan(rejects, RejectQuery.OPEN)) {
                rejects.settle(rejected, "delivered");
                assertThat(done)
                        .as("the note of %s", rejected.id())
                        .containsSubsequence("WRITE 2026-11-22.settled", "FORCE 2026-11-22.settled");
                done.remove("FORCE 2026-11-22.settled");
            }
            assertThat(done).containsOnlyOnce("SYNC " + folder.getFileName());
            disk.powerCut(FaultyStorage.Loss.BOTH);

            assertThat(scan(rejects, RejectQuery.OPEN)).isEmpty();
            assertThat(rejects.open("", "a").count()).isZero();
        }
    }

    @Test
    void countsWhatIsOpenAgainWhereANoteWasRefused() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock, new Masking(), disk)) {
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("1"));
            assertThat(rejects.open("", "a").count()).isEqualTo(1);
            disk.watch((operation, file) -> {
                if (operation == FaultyStorage.Operation.CLOSE) {
                    throw new IOException("Input/output error");
                }
            });

            Rejected refused = scan(rejects, RejectQuery.OPEN).get(0);
            assertThatThrownBy(() -> rejects.settle(refused, "delivered")).isInstanceOf(IOException.class);

            assertThat(rejects.open("", "a").count()).as("as the note is there").isZero();
            disk.watch((operation, file) -> {});
        }
    }

    @Test
    void findsBySubscriberTimeReasonAndId() throws Exception {
        try (RejectFile rejects = new RejectFile(folder, 1 << 20, clock)) {
            Refusals.add(rejects, "a", "Field type conflict", Map.of(), bytes("1"));
            clock.advance(Duration.ofHours(1));
            Refusals.add(rejects, "a", "too large", Map.of(), bytes("2"));
            Refusals.add(rejects, "b", "too large", Map.of(), bytes("3"));
            Instant hourLater = clock.instant();

            assertThat(found(rejects, "a", Instant.MIN, Instant.MAX, "", Set.of()))
                    .containsExactly("1", "2");
            assertThat(found(rejects, "", hourLater, Instant.MAX, "", Set.of())).containsExactly("2", "3");
            assertThat(found(rejects, "", Instant.MIN, hourLater, "", Set.of())).containsExactly("1");
            assertThat(found(rejects, "", Instant.MIN, Instant.MAX, "TYPE conflict", Set.of()))
                    .containsExactly("1");
            assertThat(found(rejects, "", Instant.MIN, Instant.MAX, "", Set.of("2026-11-22-3")))
                    .containsExactly("3");
        }
    }

    private static List<String> found(
            RejectFile rejects, String subscriber, Instant from, Instant to, String reason, Set<String> ids)
            throws IOException {
        return scan(rejects, new RejectQuery(subscriber, from, to, reason, ids, false)).stream()
                .map(Rejected::record)
                .toList();
    }

    private static List<Rejected> scan(RejectFile rejects, RejectQuery query) throws IOException {
        List<Rejected> found = new ArrayList<>();
        rejects.scan(query, found::add);
        return found;
    }

    private long sum() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    fields.put(parser.currentName(), parser.getText());
                }
            }
        }
        return fields;
    }
}
