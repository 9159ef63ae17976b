package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.START;
import static io.github.dtstream.journal.segment.TestSegments.begin;
import static io.github.dtstream.journal.segment.TestSegments.cutShort;
import static io.github.dtstream.journal.segment.TestSegments.line;
import static io.github.dtstream.journal.segment.TestSegments.numbers;
import static io.github.dtstream.journal.segment.TestSegments.range;
import static io.github.dtstream.journal.segment.TestSegments.spoiled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.storage.FaultyStorage.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReaderTest {
    private static final long MUCH = 1 << 20;

    @TempDir
    private Path root;

    private TestSegments files;

    @BeforeEach
    void makeFolder() throws Exception {
        files = new TestSegments(root);
    }

    @Test
    void readsARecordAsItWasWritten() throws Exception {
        JournalRecord written = new JournalRecord(1, START.plusNanos(7000), Source.HISTORY, Events.event("abc"));
        Segment segment = files.segment(1, DAY, line(written));

        try (RecordReader reader = files.reader(files.segments(segment))) {
            JournalRecord read = reader.read(begin(1), 10, MUCH, 1).records().get(0);

            assertThat(read.sequence()).isEqualTo(1);
            assertThat(read.received()).isEqualTo(written.received());
            assertThat(read.source()).isEqualTo(Source.HISTORY);
            assertThat(read.event().eventId()).isEqualTo("abc");
            assertThat(read.event().json()).isEqualTo(written.event().json());
        }
    }

    @Test
    void readsOnWhereTheLastBatchEnded() throws Exception {
        Segment segment = files.numbered(1, 5);

        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch first = reader.read(begin(1), 2, MUCH, 5);
            Batch second = reader.read(first.end(), 2, MUCH, 5);
            Batch third = reader.read(second.end(), 2, MUCH, 5);

            assertThat(numbers(first)).isEqualTo(range(1, 2));
            assertThat(numbers(second)).isEqualTo(range(3, 4));
            assertThat(numbers(third)).isEqualTo(range(5, 5));
            assertThat(third.end()).isEqualTo(new Position(6, 1, segment.durableBytes()));
        }
    }

    @Test
    void readsFromTheDiskOnlyOnceWhatItReadsInSmallBatches() throws Exception {
        Segment segment = files.numbered(1, 100);
        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch batch = reader.read(begin(1), 1, MUCH, 100);
            long before = files.storage.operations();

            while (batch.end().sequence() <= 100) {
                batch = reader.read(batch.end(), 1, MUCH, 100);
            }

            assertThat(files.storage.operations()).isEqualTo(before);
        }
    }

    @Test
    void findsTheRecordOfACursorThatKnowsOnlyItsNumber() throws Exception {
        Segments segments = files.segments(files.numbered(1, 4), files.numbered(5, 9));

        try (RecordReader reader = files.reader(segments)) {
            assertThat(numbers(reader.read(begin(3), 10, MUCH, 9))).isEqualTo(range(3, 4));
            assertThat(numbers(reader.read(begin(7), 10, MUCH, 9))).isEqualTo(range(7, 9));
            assertThat(numbers(reader.read(begin(1), 1, MUCH, 9))).isEqualTo(range(1, 1));
        }
    }

    @Test
    void looksForTheRecordWhereAPlaceIsNotTheBeginOfALine() throws Exception {
        Segment segment = files.numbered(1, 4);
        int length = line(1).length;

        try (RecordReader reader = files.reader(files.segments(segment))) {
            for (long offset : new long[] {-1, 1, length - 1, length + 1, segment.durableBytes() + 1, MUCH}) {
                Batch batch = reader.read(new Position(2, 1, offset), 10, MUCH, 4);

                assertThat(numbers(batch)).as("from byte %d", offset).isEqualTo(range(2, 4));
            }
        }
        assertThat(files.corrupt.count())
                .as("no part of a record is taken for one")
                .isZero();
    }

    /**
     * The reader trusts an offset at which a line begins, as a search for the number would cost reads; records may be
     * left out here.
     */
    @Test
    void takesAPlaceAtItsWordWhereALineBeginsThere() throws Exception {
        Segment segment = files.numbered(1, 4);

        for (int before = 0; before <= 4; before++) {
            try (RecordReader reader = files.reader(files.segments(segment))) {
                Batch batch = reader.read(new Position(1, 1, (long) before * line(1).length), 10, MUCH, 4);

                assertThat(numbers(batch)).isEqualTo(range(before + 1, 4));
            }
        }
    }

    @Test
    void closesTheFileThatItReads() throws Exception {
        List<Operation> done = new ArrayList<>();
        RecordReader reader = files.reader(files.segments(files.numbered(1, 3)));
        reader.read(begin(1), 1, MUCH, 3);
        files.storage.watch((operation, file) -> done.add(operation));

        reader.close();

        assertThat(done).containsExactly(Operation.CLOSE);
    }

    @Test
    void looksForTheRecordWhereThePlaceIsOfAnotherSegment() throws Exception {
        Segments segments = files.segments(files.numbered(1, 4), files.numbered(5, 9));

        try (RecordReader reader = files.reader(segments)) {
            Batch batch = reader.read(new Position(6, 1, line(1).length), 10, MUCH, 9);

            assertThat(numbers(batch)).isEqualTo(range(6, 9));
        }
    }

    @Test
    void handsOutRecordsOfOneSegmentAtATime() throws Exception {
        Segments segments = files.segments(files.numbered(1, 3), files.numbered(4, 5));

        try (RecordReader reader = files.reader(segments)) {
            Batch first = reader.read(begin(1), 10, MUCH, 5);
            Batch second = reader.read(first.end(), 10, MUCH, 5);

            assertThat(numbers(first)).isEqualTo(range(1, 3));
            assertThat(numbers(second)).isEqualTo(range(4, 5));
            assertThat(second.end().segment()).isEqualTo(4);
        }
    }

    @Test
    void endsABatchAtTheBytesAllowedButHasOneRecordAtLeast() throws Exception {
        Segment segment = files.numbered(1, 5);
        long bytesOfALine = line(1).length - 1;

        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch two = reader.read(begin(1), 10, 2 * bytesOfALine, 5);
            Batch one = reader.read(two.end(), 10, 2 * bytesOfALine - 1, 5);
            Batch least = reader.read(one.end(), 10, 1, 5);
            Batch rest = reader.read(least.end(), 10, MUCH, 5);

            assertThat(numbers(two)).isEqualTo(range(1, 2));
            assertThat(numbers(one)).isEqualTo(range(3, 3));
            assertThat(numbers(least)).isEqualTo(range(4, 4));
            assertThat(numbers(rest)).isEqualTo(range(5, 5));
        }
    }

    @Test
    void doesNotReadBehindWhatIsDurable() throws Exception {
        Segment segment = files.numbered(1, 3);
        segment.durable(2L * line(1).length);

        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch durable = reader.read(begin(1), 10, MUCH, 2);
            Batch nothing = reader.read(durable.end(), 10, MUCH, 2);
            segment.durable(3L * line(1).length);
            Batch later = reader.read(nothing.end(), 10, MUCH, 3);

            assertThat(numbers(durable)).isEqualTo(range(1, 2));
            assertThat(nothing.isEmpty()).isTrue();
            assertThat(nothing.end().sequence()).isEqualTo(3);
            assertThat(numbers(later)).isEqualTo(range(3, 3));
        }
    }

    @Test
    void goesBehindAllThatIsDurableWhereNothingIsLeftToRead() throws Exception {
        try (RecordReader reader = files.reader(files.segments())) {
            Batch batch = reader.read(begin(3), 10, MUCH, 7);

            assertThat(batch.isEmpty()).isTrue();
            assertThat(batch.end().sequence()).isEqualTo(8);
            assertThat(reader.read(begin(12), 10, MUCH, 7).end().sequence()).isEqualTo(12);
        }
    }

    @Test
    void setsCorruptRecordsAsideAndReadsOn() throws Exception {
        Segment segment = files.segment(
                1,
                DAY,
                line(1),
                spoiled(line(2)),
                line(new JournalRecord(3, START, Source.LIVE, Events.event("not an identifier"))),
                line(4),
                cutShort(line(5), 1));

        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch batch = reader.read(begin(1), 10, MUCH, 5);

            assertThat(numbers(batch)).containsExactly(1L, 4L);
            assertThat(batch.end().offset()).isEqualTo(segment.durableBytes());
        }
        assertThat(files.corrupt.count()).isEqualTo(3);
        assertThat(files.rejected().lines())
                .satisfiesExactly(
                        spoiled -> assertThat(spoiled)
                                .contains("checksum does not match", segment.toString(), "\"" + line(1).length + "\""),
                        undecodable -> assertThat(undecodable).contains("no eventId"),
                        torn -> assertThat(torn).contains("cut short", "event5"));
    }

    @Test
    void setsARecordAsideOnceHoweverManyReadersComeAcrossIt() throws Exception {
        Segments segments = files.segments(files.segment(1, DAY, spoiled(line(1)), spoiled(line(2)), line(3)));

        for (int i = 0; i < 3; i++) {
            try (RecordReader reader = files.reader(segments)) {
                assertThat(numbers(reader.read(begin(1), 10, MUCH, 3))).isEqualTo(range(3, 3));
            }
        }

        assertThat(files.corrupt.count()).isEqualTo(2);
        assertThat(files.rejected().lines()).hasSize(2);
    }

    @Test
    void passesOverASegmentInWhichNothingIsReadable() throws Exception {
        Segments segments =
                files.segments(files.numbered(1, 1), files.segment(2, DAY, spoiled(line(2))), files.numbered(3, 4));

        try (RecordReader reader = files.reader(segments)) {
            Batch first = reader.read(begin(1), 10, MUCH, 4);

            assertThat(numbers(reader.read(first.end(), 10, MUCH, 4))).isEqualTo(range(3, 4));
        }
    }

    /** A segment was abandoned after a failed sync; its last records were written to the next one again. */
    @Test
    void passesOverWhatTheNextSegmentHasAgain() throws Exception {
        Segments segments = files.segments(files.segment(1, DAY, line(1), line(2), line(3)), files.numbered(3, 4));

        try (RecordReader reader = files.reader(segments)) {
            Batch first = reader.read(begin(1), 10, MUCH, 4);

            assertThat(numbers(first)).isEqualTo(range(1, 2));
            assertThat(numbers(reader.read(first.end(), 10, MUCH, 4))).isEqualTo(range(3, 4));
        }
    }

    @Test
    void beginsWithTheOldestRecordWhereAnOlderOneWasDeleted() throws Exception {
        Segments segments = files.segments(files.numbered(5, 6));

        try (RecordReader reader = files.reader(segments)) {
            assertThat(numbers(reader.read(new Position(2, 1, 300), 10, MUCH, 6)))
                    .isEqualTo(range(5, 6));
        }
    }

    @Test
    void readsAgainFromTheSamePlaceAfterTheDiskFailed() throws Exception {
        Segment segment = files.numbered(1, 3);
        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch first = reader.read(begin(1), 1, MUCH, 3);
            segment.durable(segment.durableBytes());
            List<Operation> failed = new ArrayList<>();
            Segment longer = files.numbered(1, 4);
            segment.durable(longer.durableBytes());
            files.storage.watch((operation, file) -> {
                failed.add(operation);
                throw new IOException("Input/output error");
            });

            Batch rest = reader.read(first.end(), 2, MUCH, 4);
            assertThat(numbers(rest)).isEqualTo(range(2, 3));
            assertThatThrownBy(() -> reader.read(rest.end(), 10, MUCH, 4)).hasMessage("Input/output error");
            files.storage.watch((operation, file) -> {});

            assertThat(failed).containsExactly(Operation.READ);
            assertThat(numbers(reader.read(rest.end(), 10, MUCH, 4))).isEqualTo(range(4, 4));
        }
    }

    @Test
    void readsRecordsThatAreLongerThanABlock() throws Exception {
        String value = "x".repeat(700_000);
        Segment segment = files.segment(
                1,
                DAY,
                line(1),
                line(new JournalRecord(2, START, Source.LIVE, Events.event("long", "\"" + value + "\""))),
                line(3),
                line(4));

        try (RecordReader reader = files.reader(files.segments(segment))) {
            Batch batch = reader.read(begin(1), 10, 1 << 30, 4);

            assertThat(numbers(batch)).isEqualTo(range(1, 4));
            assertThat(new String(batch.records().get(1).event().json(), StandardCharsets.UTF_8))
                    .contains(value);
        }
    }

    @Test
    void canBeUsedAgainAfterItWasClosed() throws Exception {
        RecordReader reader = files.reader(files.segments(files.numbered(1, 3)));
        Batch first = reader.read(begin(1), 1, MUCH, 3);
        reader.close();

        assertThat(numbers(reader.read(first.end(), 10, MUCH, 3))).isEqualTo(range(2, 3));
        reader.close();
    }
}
