package io.github.dtstream.journal.segment;

import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.EventIdHash;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecentEventIds;
import io.github.dtstream.journal.record.RecordLine;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers a journal's folder at start: checks every record of the newest segment, cuts off records that a crash left
 * incomplete, and gathers the newest event identifiers. Used once, by the thread that opens the journal.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Storage storage;
    private final CorruptRecords corrupt;
    private final RecordLine line = new RecordLine();

    private long nextSequence = 1;
    private @Nullable Instant lastReceived;
    private final LastLive lastLive;

    public Recovery(Storage storage, CorruptRecords corrupt, EventDecoder decoder) {
        this.storage = storage;
        this.corrupt = corrupt;
        this.lastLive = new LastLive(storage, decoder);
    }

    /** Finds the segments of a folder, with their sizes. */
    public Segments find(Path directory) throws IOException {
        List<Segment> found = new ArrayList<>();
        for (String name : storage.list(directory)) {
            Segment segment = Segment.ofName(directory, name);
            if (segment == null) {
                LOG.warn("{} is not a journal segment and is ignored", directory.resolve(name));
                continue;
            }
            try (Storage.OpenFile file = storage.open(segment.path())) {
                segment.durable(file.size());
            }
            found.add(segment);
        }
        return new Segments(found);
    }

    /** Checks the newest segment, and cuts it after its last valid record. Does nothing in an empty journal. */
    public void repair(Segments segments) throws IOException {
        Segment last = segments.newest();
        if (last == null) {
            return;
        }
        nextSequence = last.first();
        long goodEnd = check(last, null);
        try (Storage.OpenFile file = storage.open(last.path())) {
            if (goodEnd < last.durableBytes()) {
                LOG.warn("journal segment {}: {} torn bytes cut off", last, last.durableBytes() - goodEnd);
                file.truncate(goodEnd);
            }
            // The records that the earlier process wrote and did not force count as durable from here on.
            file.force();
        }
        last.durable(goodEnd);
        List<Segment> all = segments.all();
        for (int i = all.size() - 2; i >= 0 && !(lastReceived != null && lastLive.isFound()); i--) {
            check(all.get(i), all.get(i + 1));
        }
    }

    /** Reads all of a segment; returns the end of its last valid record. */
    private long check(Segment segment, @Nullable Segment successor) throws IOException {
        long goodEnd = 0;
        Instant received = null;
        try (SegmentLines lines = new SegmentLines(storage)) {
            lines.moveTo(segment, 0);
            while (lines.next(segment.durableBytes())) {
                String fault = lines.isComplete() ? parse(lines) : "cut short";
                if (fault != null) {
                    corrupt.setAside(segment, lines.offset(), fault, lines.copy());
                } else if (successor == null || line.sequence() < successor.first()) {
                    goodEnd = lines.nextOffset();
                    nextSequence = Math.max(nextSequence, line.sequence() + 1);
                    received = line.received();
                    lastLive.record(segment, lines.offset(), line.source());
                }
            }
        }
        lastReceived = lastReceived == null ? received : lastReceived;
        return goodEnd;
    }

    /**
     * Gathers the identifiers of the newest records, as many as the window has.
     *
     * @param memory as for {@link RecentEventIds#RecentEventIds(int, LongPredicate)}
     */
    public RecentEventIds recentIds(Segments segments, int window, LongPredicate memory, EventDecoder decoder)
            throws IOException {
        RecentEventIds recent = new RecentEventIds(window, memory);
        try (SegmentLines lines = new SegmentLines(storage)) {
            Position from = new SegmentSearch(segments, lines).ofSequence(Math.max(1, nextSequence - window));
            Segment segment = segments.holding(from.sequence());
            long offset = from.offset();
            while (segment != null) {
                Segment successor = segments.after(segment);
                lines.moveTo(segment, offset);
                while (lines.next(segment.durableBytes())) {
                    if (parse(lines) == null && (successor == null || line.sequence() < successor.first())) {
                        remember(lines, recent, decoder);
                    }
                }
                segment = successor;
                offset = 0;
            }
        }
        return recent;
    }

    private void remember(SegmentLines lines, RecentEventIds recent, EventDecoder decoder) {
        EventIdHash id = line.eventIdAtBegin();
        if (id == null) {
            try {
                id = EventIdHash.of(decoder.decode(lines.buffer(), line.eventOffset(), line.eventLength())
                        .eventId());
            } catch (InvalidRecordException e) {
                // Readers will report the record when they reach it.
                return;
            }
        }
        if (!recent.contains(id)) {
            recent.add(id);
        }
    }

    private @Nullable String parse(SegmentLines lines) {
        return line.parse(lines.buffer(), lines.start(), lines.length());
    }

    public long nextSequence() {
        return nextSequence;
    }

    /** When the cloud sent the newest live record, by the record's own time; empty if there is none. */
    public Optional<Instant> lastLive() throws IOException {
        return lastLive.find();
    }

    public @Nullable Instant lastReceived() {
        return lastReceived;
    }
}
