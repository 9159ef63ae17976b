package io.github.dtstream.delivery.batch;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Events as in the journal. The JSON of each has two bytes; its identifier is "e" and the number. */
public final class TestEvents {
    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private TestEvents() {}

    static JournalRecord touch(long number) {
        return record(number, "touch", NOON.toString());
    }

    static JournalRecord ping(long number) {
        return record(number, Event.PING, NOON.toString());
    }

    static JournalRecord touch(long number, String timestamp) {
        return record(number, "touch", timestamp);
    }

    private static JournalRecord record(long number, String type, String timestamp) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return new JournalRecord(
                number, NOON, Source.LIVE, new Event("e" + number, type, "p", "d", timestamp, json, 0, 2));
    }

    /** Touches with these numbers, both included. */
    static Batch touches(long first, long last) {
        return batch(
                LongStream.rangeClosed(first, last).mapToObj(TestEvents::touch).toArray(JournalRecord[]::new));
    }

    /** A batch of a subscription; the next one begins after it. */
    static Batch batch(JournalRecord... records) {
        long next = records[records.length - 1].sequence() + 1;
        return new Batch(List.of(records), new Position(next, 1, 100 * next));
    }
}
