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
 * Finds the newest time at which the cloud had sent a live record that a journal holds, as the records themselves say it:
 * until then nothing is missing that the gap ledger does not know of. Looks at the last few live records, as one of them
 * may be days older than its sending. Used once, by the thread that opens the journal.
 */
final class LastLive {
    /** With a ping every ten seconds at the least, and in a burst with events whose own times do. */
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

    /** A good record of this segment begins there. */
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

    /** Empty if no live record was seen. */
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
            // Readers will set it aside when they come to it.
            return null;
        }
    }
}
