package io.github.dtstream.journal.segment;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecordLine;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads durable records from the segment files, in order, from a position on. Corrupt records are reported and skipped.
 * Not thread-safe.
 */
public final class RecordReader implements Closeable {
    private final Segments segments;
    private final SegmentLines lines;
    private final SegmentSearch search;
    private final EventDecoder decoder;
    private final CorruptRecords corrupt;
    private final RecordLine line = new RecordLine();

    private @Nullable Segment segment;
    private Position position = new Position(0, 0, 0);

    public RecordReader(Segments segments, Storage storage, EventDecoder decoder, CorruptRecords corrupt) {
        this.segments = segments;
        this.decoder = decoder;
        this.corrupt = corrupt;
        lines = new SegmentLines(storage);
        search = new SegmentSearch(segments, lines);
    }

    /**
     * Reads records from a position on.
     *
     * @param from the first position; cheap if it is the end of the last batch
     * @param durable the number of the newest durable record, as known before the call
     * @return records of one segment; empty, with an end after {@code durable}, if there are none
     */
    public Batch read(Position from, int maxRecords, long maxBytes, long durable) throws IOException {
        if (segment == null || !from.equals(position)) {
            moveTo(from);
        }
        List<JournalRecord> records = new ArrayList<>();
        try {
            while (records.isEmpty() && segment != null) {
                if (!readSegment(segment, maxRecords, maxBytes, records)) {
                    break;
                }
            }
        } catch (IOException | RuntimeException e) {
            segment = null;
            throw e;
        }
        if (records.isEmpty()) {
            position = new Position(Math.max(position.sequence(), durable + 1), position.segment(), position.offset());
        }
        return new Batch(records, position);
    }

    private void moveTo(Position from) throws IOException {
        Segment target = segments.holding(from.sequence());
        if (target == null) {
            position = from;
            return;
        }
        boolean trusted = target.first() == from.segment() && beginsLine(target, from.offset());
        position = trusted ? from : search.ofSequence(from.sequence());
        lines.moveTo(target, position.offset());
        segment = target;
    }

    /**
     * Detects a position that is not the beginning of a line, after a crash or an edit by hand, before garbage is read.
     */
    private boolean beginsLine(Segment target, long offset) throws IOException {
        if (offset == 0) {
            return true;
        }
        if (offset < 0 || offset > target.durableBytes()) {
            return false;
        }
        lines.moveTo(target, offset - 1);
        return lines.next(offset) && lines.isComplete() && lines.length() == 0;
    }

    /** Reads from the segment, or moves to the next; false if there is no more. */
    private boolean readSegment(Segment current, int maxRecords, long maxBytes, List<JournalRecord> records)
            throws IOException {
        // The successor is read before the limit: once there is a successor, the limit does not change.
        Segment successor = segments.after(current);
        long limit = current.durableBytes();
        long left = maxBytes;
        while (records.size() < maxRecords && lines.next(limit)) {
            left -= lines.length();
            if (left < 0 && !records.isEmpty()) {
                lines.moveTo(current, position.offset());
                break;
            }
            JournalRecord record = record(current, successor);
            long sequence = position.sequence();
            if (record != null) {
                records.add(record);
                sequence = record.sequence() + 1;
            }
            position = new Position(sequence, current.first(), lines.nextOffset());
        }
        if (!records.isEmpty()) {
            return true;
        }
        if (successor == null) {
            return false;
        }
        lines.moveTo(successor, 0);
        segment = successor;
        position = new Position(Math.max(position.sequence(), successor.first()), successor.first(), 0);
        return true;
    }

    /** The record of the current line; null if it must be skipped. */
    private @Nullable JournalRecord record(Segment current, @Nullable Segment successor) {
        String fault = lines.isComplete() ? line.parse(lines.buffer(), lines.start(), lines.length()) : "cut short";
        if (fault == null) {
            if (line.sequence() < position.sequence() || (successor != null && line.sequence() >= successor.first())) {
                return null;
            }
            try {
                return new JournalRecord(
                        line.sequence(),
                        line.received(),
                        line.source(),
                        decoder.decode(lines.buffer(), line.eventOffset(), line.eventLength()));
            } catch (InvalidRecordException e) {
                fault = String.valueOf(e.getMessage());
            }
        }
        corrupt.setAside(current, lines.offset(), fault, lines.copy());
        return null;
    }

    @Override
    public void close() throws IOException {
        segment = null;
        lines.close();
    }
}
