package io.github.dtstream.journal.segment;

import io.github.dtstream.event.EventTime;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.EventDecoder;
import io.github.dtstream.journal.record.RecordLine;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.wire.InvalidRecordException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest time at which the cloud had sent a live record of the journal, by the records' own times: until then
 * nothing is missing, except for the gaps in the gap ledger. Checks the last few live records, as one of them may have
 * been sent days after its time. Used once, by the thread that opens the journal.
 */
final class LastLive {
    /** Enough to include a ping, which comes every ten seconds, or, in a burst, events whose own times serve. */
    private static final int LOOKED_AT = 256;

    private final Storage storage;
    private final EventDecoder decoder;
    private final long[] offsets = new long[LOOKED_AT];
    private @Nullable Segment segment;
    private long seen;

    LastLive(Storage storage, EventDecoder decoder) {
        this.storage = storage;
        this.decoder = decoder;
    }

    /** Notes a valid record of this segment at an offset. */
    void record(Segment in, long offset, Source source) {
        if (source == Source.LIVE) {
            if (segment != in) {
                segment = in;
                seen = 0;
            }
            offsets[(int) (seen++ % LOOKED_AT)] = offset;
        }
    }

    boolean isFound() {
        return segment != null;
    }

    /** Empty if there was no live record. */
    Optional<Instant> find() throws IOException {
        Segment in = segment;
        if (in == null) {
            return Optional.empty();
        }
        Instant newest = null;
        RecordLine line = new RecordLine();
        try (SegmentLines lines = new SegmentLines(storage)) {
            for (long i = Math.max(0, seen - LOOKED_AT); i < seen; i++) {
                lines.moveTo(in, offsets[(int) (i % LOOKED_AT)]);
                if (lines.next(in.durableBytes())
                        && line.parse(lines.buffer(), lines.start(), lines.length()) == null) {
                    Instant sent = sent(lines, line);
                    newest = sent != null && (newest == null || sent.isAfter(newest)) ? sent : newest;
                }
            }
        }
        return Optional.ofNullable(newest);
    }

    private @Nullable Instant sent(SegmentLines lines, RecordLine line) {
        try {
            return EventTime.sentNotBefore(
                    decoder.decode(lines.buffer(), line.eventOffset(), line.eventLength()), line.received());
        } catch (InvalidRecordException e) {
            // Readers will report the record when they reach it.
            return null;
        }
    }
}
