package io.github.dtstream.journal.segment;

import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecordLine;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds positions in segments by binary search, as numbers and times of receipt only grow. Not thread-safe. */
public final class SegmentSearch {
    /** A shorter span is read line by line. */
    private static final long SPAN = 64 << 10;

    private final Segments segments;
    private final SegmentLines lines;
    private final RecordLine line = new RecordLine();

    public SegmentSearch(Segments segments, SegmentLines lines) {
        this.segments = segments;
        this.lines = lines;
    }

    /** The position of the first record with that number or a higher one. */
    Position ofSequence(long sequence) throws IOException {
        Segment segment = segments.holding(sequence);
        if (segment == null) {
            return new Position(sequence, 0, 0);
        }
        if (sequence <= segment.first()) {
            return new Position(segment.first(), segment.first(), 0);
        }
        find(segment, record -> record.sequence() < sequence);
        return new Position(sequence, segment.first(), lines.offset());
    }

    /**
     * The position of the first record received at or after a time.
     *
     * @param durable the number of the newest durable record, as known before the call
     */
    public Position ofReceived(Instant from, long durable) throws IOException {
        Segment begin = segmentOf(from);
        if (begin == null) {
            return new Position(durable + 1, 0, 0);
        }
        Segment successor = segments.after(begin);
        if (find(begin, record -> record.received().isBefore(from))) {
            return new Position(line.sequence(), begin.first(), lines.offset());
        }
        return successor == null
                ? new Position(durable + 1, begin.first(), lines.offset())
                : new Position(successor.first(), successor.first(), 0);
    }

    private @Nullable Segment segmentOf(Instant from) throws IOException {
        LocalDate date = LocalDate.ofInstant(from, ZoneOffset.UTC);
        Segment begin = null;
        for (Segment segment : segments.all()) {
            boolean later =
                    segment.date().isAfter(date) || (segment.date().equals(date) && !beginsBefore(segment, from));
            if (begin != null && later) {
                break;
            }
            begin = segment;
        }
        return begin;
    }

    private boolean beginsBefore(Segment segment, Instant from) throws IOException {
        lines.moveTo(segment, 0);
        return nextValid(segment.durableBytes()) && line.received().isBefore(from);
    }

    /**
     * Moves to the first record for which {@code before} is false; if there is none, moves to the end and returns
     * false.
     */
    private boolean find(Segment segment, Predicate<RecordLine> before) throws IOException {
        long low = 0;
        long end = segment.durableBytes();
        long high = end;
        while (high - low > SPAN) {
            long middle = low + (high - low) / 2;
            // The search begins one byte earlier, so that a line that begins exactly there is not skipped.
            lines.moveTo(segment, middle - 1);
            lines.next(high);
            if (nextValid(high) && before.test(line)) {
                low = lines.nextOffset();
            } else {
                high = middle;
            }
        }
        lines.moveTo(segment, low);
        while (nextValid(end)) {
            if (!before.test(line)) {
                return true;
            }
        }
        lines.moveTo(segment, end);
        return false;
    }

    private boolean nextValid(long limit) throws IOException {
        while (lines.next(limit)) {
            if (parse() == null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String parse() {
        return line.parse(lines.buffer(), lines.start(), lines.length());
    }
}
