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
 * Reads a journal's files without opening the journal, while another process writes them or not. Nothing is repaired,
 * locked or kept from being deleted. Stateless.
 */
public final class JournalFiles {
    private static final int BATCH = 1000;
    private static final long BATCH_BYTES = 1 << 20;
    /** Everything in the files counts as durable. */
    private static final long NO_LIMIT = Long.MAX_VALUE - 1;

    private JournalFiles() {}

    /**
     * Reads the present records received at or after a time, until the consumer returns false. Incomplete and corrupt
     * records are skipped.
     *
     * @param directory the journal's folder
     * @throws IOException if they cannot be read, or a file was deleted meanwhile
     */
    public static void scan(Path directory, Instant receivedFrom, Predicate<JournalRecord> consumer)
            throws IOException {
        Storage storage = new SystemStorage();
        EnvelopeDecoder decoder = new EnvelopeDecoder();
        CorruptRecords corrupt = CorruptRecords.passedOver();
        Segments segments =
                new Recovery(storage, corrupt, decoder::decodeEvent).find(directory.resolve(LocalJournal.SEGMENTS));
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
