package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.START;
import static io.github.dtstream.journal.segment.TestSegments.cutShort;
import static io.github.dtstream.journal.segment.TestSegments.joined;
import static io.github.dtstream.journal.segment.TestSegments.line;
import static io.github.dtstream.journal.segment.TestSegments.record;
import static io.github.dtstream.journal.segment.TestSegments.spoiled;
import static io.github.dtstream.journal.segment.TestSegments.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir
    private Path root;

    private TestSegments files;

    @BeforeEach
    void makeFolder() throws Exception {
        files = new TestSegments(root);
    }

    @Test
    void findsTheSegmentsOfAFolderInOrder() throws Exception {
        files.numbered(10, 12);
        files.numbered(2, 9);
        Segment last = files.segment(100, DAY.plusDays(1), line(100));

        Segments found = files.recovery().find(files.folder);

        assertThat(found.all()).extracting(Segment::first).containsExactly(2L, 10L, 100L);
        assertThat(found.newest().durableBytes()).isEqualTo(last.durableBytes());
        assertThat(found.newest().date()).isEqualTo(DAY.plusDays(1));
        assertThat(found.bytes())
                .isEqualTo(found.all().stream().mapToLong(Segment::durableBytes).sum());
    }

    @Test
    void leavesFilesAloneThatAreNoSegments() throws Exception {
        List<String> names = List.of(
                "notes.txt",
                "0000000000000001-2026-11-22.ndjson.bak",
                "1-2026-11-22.ndjson",
                "0000000000000001-2026-11-99.ndjson",
                "0000000000000001-2026-11-22.json");
        for (String name : names) {
            Files.writeString(files.folder.resolve(name), "x");
        }

        assertThat(files.recovery().find(files.folder).all()).isEmpty();
        assertThat(files.folder.toFile().list()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void beginsAnEmptyJournalWithOne() throws Exception {
        Recovery recovery = files.recovery();
        recovery.repair(files.segments());

        assertThat(recovery.nextSequence()).isEqualTo(1);
        assertThat(recovery.lastReceived()).isNull();
        assertThat(recovery.lastLive()).isEmpty();
        assertThat(recovery.recentIds(files.segments(), 10, bytes -> true, Events::decode)
                        .size())
                .isZero();
    }

    @Test
    void goesOnBehindTheLastRecord() throws Exception {
        Segments segments = files.segments(files.numbered(1, 3), files.numbered(4, 6));

        Recovery recovery = files.recovery();
        recovery.repair(segments);

        assertThat(recovery.nextSequence()).isEqualTo(7);
        assertThat(recovery.lastReceived()).isEqualTo(START.plusSeconds(6));
        assertThat(files.rejected()).isEmpty();
    }

    @Test
    void cutsOffWhatACrashLeftHalfWrittenAndSetsItAside() throws Exception {
        Segment segment = files.segment(1, DAY, line(1), line(2), cutShort(line(3), 20));

        Recovery recovery = files.recovery();
        recovery.repair(files.segments(segment));

        byte[] good = joined(line(1), line(2));
        assertThat(Files.readAllBytes(segment.path())).isEqualTo(good);
        assertThat(segment.durableBytes()).isEqualTo(good.length);
        assertThat(recovery.nextSequence()).isEqualTo(3);
        assertThat(files.corrupt.count()).isEqualTo(1);
        assertThat(files.rejected()).contains("cut short", "event3");
    }

    @Test
    void cutsOffARecordThatIsWholeButForItsLineFeed() throws Exception {
        Segment segment = files.segment(1, DAY, line(1), cutShort(line(2), 1));

        Recovery recovery = files.recovery();
        recovery.repair(files.segments(segment));

        assertThat(Files.readAllBytes(segment.path())).isEqualTo(line(1));
        assertThat(recovery.nextSequence()).isEqualTo(2);
    }

    @Test
    void keepsGoodRecordsBehindABadOne() throws Exception {
        Segment segment = files.segment(1, DAY, line(1), spoiled(line(2)), line(3), text("garbage\n"));

        Recovery recovery = files.recovery();
        recovery.repair(files.segments(segment));

        assertThat(Files.readAllBytes(segment.path())).isEqualTo(joined(line(1), spoiled(line(2)), line(3)));
        assertThat(recovery.nextSequence()).isEqualTo(4);
        assertThat(files.corrupt.count()).isEqualTo(2);
    }

    /** Records that the earlier process wrote and could not sync count from here on, so they are synced first. */
    @Test
    void syncsTheNewestSegmentBeforeItCounts() throws Exception {
        Segments segments = files.segments(files.numbered(1, 2), files.numbered(3, 4));
        List<String> synced = new ArrayList<>();
        files.storage.watch((operation, file) -> {
            if (operation == Operation.FORCE) {
                synced.add(file.getFileName().toString());
            }
        });

        files.recovery().repair(segments);

        assertThat(synced).containsExactly(segments.newest().toString());
    }

    @Test
    void doesNotCutWhatIsWhole() throws Exception {
        Segments segments = files.segments(files.numbered(1, 2));
        List<Operation> done = new ArrayList<>();
        files.storage.watch((operation, file) -> done.add(operation));

        files.recovery().repair(segments);

        assertThat(done).doesNotContain(Operation.TRUNCATE);
    }

    /** A crash came between the creation of a segment and its first record. */
    @Test
    void looksForTheLastRecordInOlderSegmentsWhereTheNewestIsEmpty() throws Exception {
        Segments segments = files.segments(files.numbered(1, 3), files.segment(4, DAY), files.segment(5, DAY));

        Recovery recovery = files.recovery();
        recovery.repair(segments);

        assertThat(recovery.nextSequence()).isEqualTo(5);
        assertThat(recovery.lastReceived()).isEqualTo(START.plusSeconds(3));
        assertThat(recovery.lastLive()).contains(Instant.parse(Events.event(3).timestamp()));
    }

    @Test
    void doesNotReadOlderSegmentsWhereTheNewestTellsAll() throws Exception {
        Segments segments = files.segments(files.segment(1, DAY, spoiled(line(1)), line(2)), files.numbered(3, 4));

        files.recovery().repair(segments);

        assertThat(files.corrupt.count()).isZero();
    }

    /** The last records before a restart may all be from history. */
    @Test
    void looksForTheLastLiveRecordInOlderSegments() throws Exception {
        byte[] live = line(record(2, START, Source.LIVE, stamped("2026-11-22T09:30:00Z")));
        byte[] history = line(record(3, START.plusSeconds(9), Source.HISTORY, stamped("2026-11-22T09:59:00Z")));
        Segments segments = files.segments(files.segment(1, DAY, line(1), live), files.segment(3, DAY, history));

        Recovery recovery = recoveryOfStamps();
        recovery.repair(segments);

        assertThat(recovery.lastReceived()).isEqualTo(START.plusSeconds(9));
        assertThat(recovery.lastLive()).contains(Instant.parse("2026-11-22T10:00:00Z"));
    }

    @Test
    void takesTheNewestOfTheTimesAtWhichLiveRecordsWereSent() throws Exception {
        Segment segment = files.segment(
                1,
                DAY,
                line(record(1, START, Source.LIVE, stamped("2026-11-22T09:30:00Z"))),
                line(record(2, START, Source.LIVE, stamped("2026-11-22T09:45:00Z"))),
                // A sensor was offline, and a Cloud Connector's clock is ahead: then the time of receipt counts.
                line(record(3, START, Source.LIVE, stamped("2026-11-19T09:59:00Z"))));

        Recovery recovery = recoveryOfStamps();
        recovery.repair(files.segments(segment));
        assertThat(recovery.lastLive()).contains(Instant.parse("2026-11-22T09:45:00Z"));

        Segment ahead = files.segment(1, DAY, line(record(1, START, Source.LIVE, stamped("2027-01-01T00:00:00Z"))));
        Recovery other = recoveryOfStamps();
        other.repair(files.segments(ahead));
        assertThat(other.lastLive()).contains(START);
    }

    /** With a ping every ten seconds, older records add nothing; one of these timestamps must be enough. */
    @Test
    void looksAtTheLast256LiveRecordsOnly() throws Exception {
        for (int after : new int[] {255, 256}) {
            List<byte[]> content = new ArrayList<>();
            content.add(line(record(1, START, Source.LIVE, stamped("2026-11-22T09:59:00Z"))));
            LongStream.rangeClosed(2, after + 1)
                    .forEach(number ->
                            content.add(line(record(number, START, Source.LIVE, stamped("2026-11-22T09:00:00Z")))));
            Recovery recovery = recoveryOfStamps();

            recovery.repair(files.segments(files.segment(1, DAY, content.toArray(byte[][]::new))));

            assertThat(recovery.lastLive())
                    .as("%d records after the newest", after)
                    .contains(Instant.parse(after == 255 ? "2026-11-22T09:59:00Z" : "2026-11-22T09:00:00Z"));
        }
    }

    @Test
    void looksAtLiveRecordsThatCanBeDecoded() throws Exception {
        Segment segment =
                files.segment(1, DAY, line(1), line(record(2, START, Source.LIVE, Events.event("not an identifier"))));

        Recovery recovery = files.recovery();
        recovery.repair(files.segments(segment));

        assertThat(recovery.lastLive()).contains(Instant.parse(Events.event(1).timestamp()));
    }

    /** A segment was abandoned after a failed sync; its last records were written to the next one again. */
    @Test
    void doesNotCountWhatTheNextSegmentHasAgain() throws Exception {
        Segment given = files.segment(
                1,
                DAY,
                line(record(1, START, Source.LIVE, stamped("2026-11-22T09:30:00Z"))),
                line(record(2, START.plusSeconds(60), Source.LIVE, stamped("2026-11-22T09:45:00Z"))));
        Segments segments = files.segments(given, files.segment(2, DAY));

        Recovery recovery = recoveryOfStamps();
        recovery.repair(segments);

        assertThat(recovery.nextSequence()).isEqualTo(2);
        assertThat(recovery.lastReceived()).isEqualTo(START);
        assertThat(recovery.lastLive()).contains(Instant.parse("2026-11-22T09:30:00Z"));
        assertThat(recovery.recentIds(segments, 10, bytes -> true, RecoveryTest::stampOf)
                        .size())
                .isEqualTo(1);
    }

    @Test
    void remembersTheIdentifiersOfTheNewestRecords() throws Exception {
        Segments segments = files.segments(files.numbered(1, 4), files.numbered(5, 8), files.numbered(9, 10));
        Recovery recovery = files.recovery();
        recovery.repair(segments);

        assertThat(known(recovery.recentIds(segments, 5, bytes -> true, Events::decode), 10))
                .containsExactly(6, 7, 8, 9, 10);
        assertThat(known(recovery.recentIds(segments, 10, bytes -> true, Events::decode), 10))
                .hasSize(10);
        assertThat(known(recovery.recentIds(segments, 100, bytes -> true, Events::decode), 10))
                .hasSize(10);
    }

    @Test
    void remembersAnIdentifierOnceAndLooksForOneThatIsNotAtTheBegin() throws Exception {
        byte[] json = text("{\"data\":{},\"eventId\":\"event2\"}");
        Event late = new Event("event2", "t", "p1", "d1", "2026-11-22T10:00:00Z", json, 0, 0);
        Event unknown = new Event("x", "t", "p1", "d1", "2026-11-22T10:00:00Z", text("{\"data\":{}}"), 0, 0);
        Segments segments = files.segments(files.segment(
                1,
                DAY,
                line(1),
                line(record(2, START, Source.LIVE, late)),
                spoiled(line(3)),
                line(record(4, START, Source.LIVE, Events.event(1))),
                line(record(5, START, Source.LIVE, unknown))));
        Recovery recovery = files.recovery();
        recovery.repair(segments);

        RecentEventIds recent = recovery.recentIds(segments, 10, bytes -> true, Events::decode);

        assertThat(recent.size()).isEqualTo(2);
        assertThat(known(recent, 5)).containsExactly(1, 2);
    }

    private static List<Integer> known(RecentEventIds recent, int to) {
        List<Integer> known = new ArrayList<>();
        for (int number = 1; number <= to; number++) {
            if (recent.contains(EventIdHash.of("event" + number))) {
                known.add(number);
            }
        }
        return known;
    }

    private Recovery recoveryOfStamps() {
        return new Recovery(files.storage, files.corrupt, RecoveryTest::stampOf);
    }

    /** An event of which only the timestamp matters. */
    private static Event stamped(String timestamp) {
        byte[] json = text("\"" + timestamp + "\"");
        return new Event("id", "temperature", "p1", "d1", timestamp, json, 0, json.length);
    }

    private static Event stampOf(byte[] buffer, int offset, int length) {
        String json = new String(buffer, offset, length, StandardCharsets.UTF_8);
        return json.startsWith("\"") ? stamped(json.substring(1, json.length() - 1)) : Events.event("id");
    }
}
