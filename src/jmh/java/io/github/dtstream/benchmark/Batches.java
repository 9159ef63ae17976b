package io.github.dtstream.benchmark;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Batches as the journal hands them out. */
public final class Batches {
    private Batches() {}

    /** Makes so many records, a hundredth of them pings. */
    public static List<JournalRecord> of(int size) {
        EnvelopeDecoder decoder = new EnvelopeDecoder();
        List<JournalRecord> records = new ArrayList<>();
        for (byte[] line : EventLines.block(size).toLines()) {
            Signal signal = decoder.decodeRecord(line, 0, line.length);
            records.add(new JournalRecord(
                    records.size() + 1, Instant.now(), Source.LIVE, ((Signal.Received) signal).event()));
        }
        return records;
    }
}
