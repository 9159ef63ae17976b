package io.github.dtstream.journal.local;

import io.github.dtstream.journal.buffer.PastReader;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.RecordReader;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.Segments;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Reads the segments for a subscription. Retention may delete the oldest segment at any time. */
record PastSegments(Segments segments, RecordReader reader) implements PastReader {
    @Override
    public Batch read(Position from, int maxRecords, long maxBytes, long durable) throws IOException {
        Segment oldest = segments.oldest();
        Position begin = oldest != null && from.sequence() < oldest.first()
                ? new Position(oldest.first(), oldest.first(), 0)
                : from;
        try {
            return reader.read(begin, maxRecords, maxBytes, durable);
        } catch (NoSuchFileException e) {
            Segment gone = segments.holding(begin.sequence());
            if (gone != null && gone == oldest && segments.contains(gone)) {
                throw e;
            }
            // Retention deleted the segment between the look-up and the opening: continue at the oldest one.
            return new Batch(List.of(), begin);
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
