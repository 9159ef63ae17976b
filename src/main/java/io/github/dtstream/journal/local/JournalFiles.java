package io.github.dtstream.journal.local;

import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.segment.CorruptRecords;
import io.github.dtstream.journal.segment.RecordReader;
import io.github.dtstream.journal.segment.Recovery;
import io.github.dtstream.journal.segment.SegmentLines;
import io.github.dtstream.journal.segment.SegmentSearch;
import io.github.dtstream.journal.segment.Segments;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * A journal's files, for who only reads: beside the process that writes them, or without one. Nothing is repaired, locked or
 * kept from being deleted. Stateless.
 */
public final class JournalFiles {
    private static final int BATCH = 1000;
    private static final long BATCH_BYTES = 1 << 20;
    /** What is in the files counts as durable. */
    private static final long NO_LIMIT = Long.MAX_VALUE - 1;

    private JournalFiles() {}

    /**
     * Reads the records received at or after a time, as far as they are there when this is called, until the consumer returns
     * false. What is cut short or corrupt is passed over.
     *
     * @param directory the journal's folder
     * @throws IOException if it cannot be read, or a file was deleted meanwhile
     */
    public static void scan(Path directory, Instant receivedFrom, Predicate<JournalRecord> consumer)
            throws IOException {
        Storage storage = new SystemStorage();
        EnvelopeDecoder decoder = new EnvelopeDecoder();
        CorruptRecords corrupt = CorruptRecords.passedOver();
        Segments segments = new Recovery(storage, corrupt, decoder::decodeEvent).find(directory.resolve("segments"));
        try (SegmentLines lines = new SegmentLines(storage);
                RecordReader reader = new RecordReader(segments, storage, decoder::decodeEvent, corrupt)) {
            Position at = new SegmentSearch(segments, lines).ofReceived(receivedFrom, NO_LIMIT);
            Batch batch = reader.read(at, BATCH, BATCH_BYTES, NO_LIMIT);
            while (!batch.isEmpty()) {
                for (JournalRecord record : batch.records()) {
                    if (!consumer.test(record)) {
                        return;
                    }
                }
                batch = reader.read(batch.end(), BATCH, BATCH_BYTES, NO_LIMIT);
            }
        }
    }
}
