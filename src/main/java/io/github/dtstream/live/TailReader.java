package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.text.Excerpt;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the newest events of all streams. Used by one thread. */
final class TailReader {
    private static final int LONGEST_JSON = 16 << 10;
    /** The limit of memory for the events of one journal; if they exceed it, the newest are shown. */
    private static final long MOST_BYTES = 2 << 20;

    private static final long BATCH_BYTES = 256 << 10;

    private final Masking masking;
    /** The sequence number of the next record to show, by journal. */
    private final Map<Journal, Long> next = new HashMap<>();

    TailReader(Masking masking) {
        this.masking = masking;
    }

    /** A stream's journal. */
    record Origin(String stream, Journal journal) {}

    /** A record of a stream, which alone does not tell of which: each journal has its own numbers. */
    record Shown(String stream, JournalRecord record) {}

    /**
     * Events to show.
     *
     * @param skipped how many older ones were left out
     */
    record Tail(List<Shown> events, long skipped) {}

    /** The events since the last call; none at the first call. */
    Tail newest(List<Origin> origins, int most) {
        List<Shown> events = new ArrayList<>();
        long skipped = 0;
        for (Origin origin : origins) {
            long end = end(origin.journal());
            Long begin = next.put(origin.journal(), end);
            if (begin != null && begin < end) {
                long from = Math.max(begin, end - most);
                skipped += from - begin;
                read(origin, from, (int) (end - from), events);
            }
        }
        return shortened(events, most, skipped);
    }

    /** The newest events, whether they were shown or not. */
    static Tail last(List<Origin> origins, int most) {
        List<Shown> events = new ArrayList<>();
        for (Origin origin : origins) {
            long end = end(origin.journal());
            read(origin, Math.max(1, end - most), most, events);
        }
        return shortened(events, most, 0);
    }

    /** The sequence number after the newest record on disk. Later records are shown once they are on disk. */
    private static long end(Journal journal) {
        return journal.status().durableSequence() + 1;
    }

    private static Tail shortened(List<Shown> events, int most, long skipped) {
        events.sort(Comparator.comparing(event -> event.record().received()));
        int over = Math.max(0, events.size() - most);
        return new Tail(events.subList(over, events.size()), skipped + over);
    }

    private static void read(Origin origin, long from, int count, List<Shown> into) {
        Deque<JournalRecord> kept = new ArrayDeque<>();
        long bytes = 0;
        try (Subscription records = origin.journal().follow(from)) {
            int left = count;
            Batch batch = records.poll(left, BATCH_BYTES, Duration.ZERO);
            while (!batch.isEmpty()) {
                for (JournalRecord record : batch.records()) {
                    kept.add(record);
                    bytes += record.event().heapBytes();
                }
                while (bytes > MOST_BYTES && kept.size() > 1) {
                    bytes -= kept.remove().event().heapBytes();
                }
                left -= batch.records().size();
                batch = left > 0 ? records.poll(left, BATCH_BYTES, Duration.ZERO) : new Batch(List.of(), batch.end());
            }
        } catch (IOException e) {
            // The journal is closed, or reports the failure of its disk itself.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kept.forEach(record -> into.add(new Shown(origin.stream(), record)));
    }

    byte[] json(Tail tail) {
        return Texts.json(json -> {
            json.writeStartObject();
            write(json, tail.events());
            json.writeNumberField("skipped", tail.skipped());
            json.writeEndObject();
        });
    }

    private void write(JsonGenerator json, List<Shown> events) throws IOException {
        json.writeArrayFieldStart("events");
        for (Shown event : events) {
            JournalRecord record = event.record();
            json.writeStartObject();
            json.writeStringField("stream", event.stream());
            json.writeNumberField("sequence", record.sequence());
            json.writeStringField("deviceId", record.event().deviceId());
            json.writeStringField("type", record.event().eventType());
            json.writeStringField("timestamp", record.event().timestamp());
            json.writeStringField("received", record.received().toString());
            json.writeStringField("source", record.source().label());
            json.writeStringField("json", text(record.event().toString()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private String text(String event) {
        return Excerpt.beginning(masking.mask(event), LONGEST_JSON);
    }
}
