package io.github.dtstream.journal.segment;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.START;
import static io.github.dtstream.journal.segment.TestSegments.line;
import static io.github.dtstream.journal.segment.TestSegments.spoiled;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.Position;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentSearchTest {
    @TempDir
    private Path root;

    private TestSegments files;

    @BeforeEach
    void makeFolder() throws Exception {
        files = new TestSegments(root);
    }

    /** Much larger than a span that is read line by line. */
    @Test
    void findsEveryNumberOfALargeSegment() throws Exception {
        int records = 2000;
        Segments segments = files.segments(files.numbered(1, records));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);
            long offset = 0;
            for (int number = 1; number <= records; number++) {
                assertThat(search.ofSequence(number)).isEqualTo(new Position(number, 1, offset));
                offset += line(number).length;
            }
            assertThat(search.ofSequence(records + 1)).isEqualTo(new Position(records + 1, 1, offset));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsWhatIsReadableAmongWhatIsNot(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> content = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        List<Long> good = new ArrayList<>();
        long offset = 0;
        for (long number = 1; number <= 1500; number++) {
            boolean bad = random.nextInt(3) == 0;
            byte[] line = bad ? spoiled(line(number)) : line(number);
            if (!bad) {
                good.add(number);
                offsets.add(offset);
            }
            content.add(line);
            offset += line.length;
        }
        Segments segments = files.segments(files.segment(1, DAY, content.toArray(byte[][]::new)));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);
            for (int number = 2; number <= 1500; number++) {
                int wanted = number;
                long next =
                        good.stream().filter(each -> each >= wanted).findFirst().orElse(-1L);
                long expected = next < 0 ? offset : offsets.get(good.indexOf(next));
                assertThat(search.ofSequence(number).offset())
                        .as("number %d", number)
                        .isEqualTo(expected);
            }
        }
    }

    /** By binary search: in order it would read all 256 blocks of 32 KiB. */
    @Test
    void readsLittleOfALargeSegment() throws Exception {
        String value = "\"" + "x".repeat(8 << 10) + "\"";
        byte[][] content = LongStream.rangeClosed(1, 1000)
                .mapToObj(number -> line(
                        TestSegments.record(number, received(number), Source.LIVE, Events.event("e" + number, value))))
                .toArray(byte[][]::new);
        Segments segments = files.segments(files.segment(1, DAY, content));

        for (long number : new long[] {2, 500, 999}) {
            long before = files.storage.operations();
            try (SegmentLines lines = new SegmentLines(files.storage)) {
                new SegmentSearch(segments, lines).ofSequence(number);
            }
            assertThat(files.storage.operations() - before)
                    .as("to find %d", number)
                    .isLessThan(14);
        }
    }

    @Test
    void beginsWithTheSegmentWhereTheNumberIsItsFirstOrOlderThanAll() throws Exception {
        Segments segments = files.segments(files.numbered(5, 7), files.numbered(8, 9));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);
            long before = files.storage.operations();

            assertThat(search.ofSequence(1)).isEqualTo(new Position(5, 5, 0));
            assertThat(search.ofSequence(5)).isEqualTo(new Position(5, 5, 0));
            assertThat(search.ofSequence(8)).isEqualTo(new Position(8, 8, 0));
            assertThat(files.storage.operations()).as("reads no file for that").isEqualTo(before);
        }
    }

    @Test
    void findsNothingInAnEmptyJournal() throws Exception {
        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(files.segments(), lines);

            assertThat(search.ofSequence(4)).isEqualTo(new Position(4, 0, 0));
            assertThat(search.ofReceived(START, 0)).isEqualTo(new Position(1, 0, 0));
        }
    }

    @Test
    void findsTheFirstRecordReceivedAtOrAfterATime() throws Exception {
        Segments segments = files.segments(files.numbered(1, 3), files.numbered(4, 6));
        int length = line(1).length;

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);

            assertThat(search.ofReceived(Instant.EPOCH, 6)).isEqualTo(new Position(1, 1, 0));
            assertThat(search.ofReceived(received(2), 6)).isEqualTo(new Position(2, 1, length));
            assertThat(search.ofReceived(received(2).plusNanos(1), 6)).isEqualTo(new Position(3, 1, 2L * length));
            assertThat(search.ofReceived(received(3).plusNanos(1), 6)).isEqualTo(new Position(4, 4, 0));
            assertThat(search.ofReceived(received(4), 6)).isEqualTo(new Position(4, 4, 0));
            assertThat(search.ofReceived(received(6), 6)).isEqualTo(new Position(6, 4, 2L * length));
            assertThat(search.ofReceived(received(7), 6)).isEqualTo(new Position(7, 4, 3L * length));
        }
    }

    @Test
    void findsATimeBetweenDays() throws Exception {
        Instant midnight = DAY.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant();
        Segments segments = files.segments(
                files.numbered(1, 3),
                files.segment(4, DAY.plusDays(2), line(4, midnight), line(5, midnight.plusSeconds(9))),
                files.segment(6, DAY.plusDays(3), line(6, midnight.plusSeconds(90_000))));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);

            assertThat(search.ofReceived(midnight.minusSeconds(40_000), 6)).isEqualTo(new Position(4, 4, 0));
            assertThat(search.ofReceived(midnight, 6)).isEqualTo(new Position(4, 4, 0));
            assertThat(search.ofReceived(midnight.plusSeconds(1), 6).sequence()).isEqualTo(5);
            assertThat(search.ofReceived(midnight.plusSeconds(10), 6)).isEqualTo(new Position(6, 6, 0));
            assertThat(search.ofReceived(midnight.plusSeconds(90_001), 6).sequence())
                    .isEqualTo(7);
        }
    }

    @Test
    void findsTheSegmentWhereTheFirstRecordCannotBeRead() throws Exception {
        Segments segments = files.segments(
                files.numbered(1, 3), files.segment(4, DAY, spoiled(line(4)), line(5), line(6)), files.numbered(7, 8));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);

            assertThat(search.ofReceived(received(6), 8).sequence()).isEqualTo(6);
            assertThat(search.ofReceived(received(2), 8).sequence()).isEqualTo(2);
            // The record before it may have been received at that time as well.
            assertThat(search.ofReceived(received(5), 8).sequence()).isBetween(4L, 5L);
        }
    }

    /** If many records were received in one instant, none of them is skipped. */
    @Test
    void findsTheFirstOfManyRecordsReceivedTogether() throws Exception {
        byte[][] content = LongStream.rangeClosed(1, 1200)
                .mapToObj(number -> line(number, START.plusSeconds(number / 400)))
                .toArray(byte[][]::new);
        Segments segments = files.segments(files.segment(1, DAY, content));

        try (SegmentLines lines = new SegmentLines(files.storage)) {
            SegmentSearch search = new SegmentSearch(segments, lines);

            assertThat(search.ofReceived(START.plusSeconds(1), 1200).sequence()).isEqualTo(400);
            assertThat(search.ofReceived(START.plusSeconds(2), 1200).sequence()).isEqualTo(800);
            assertThat(search.ofReceived(START.plusSeconds(3), 1200).sequence()).isEqualTo(1200);
        }
    }

    private static Instant received(long number) {
        return START.plusSeconds(number);
    }
}
