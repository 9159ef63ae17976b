package io.github.dtstream.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.stream.EventStream;
import io.github.dtstream.text.Masking;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last events of all streams as they come. Used by one thread. */
final class TailReader {
    private static final int LONGEST_JSON = 16 << 10;

    private final Masking masking;
    /** By stream: the number of the record that is shown next. */
    private final Map<EventStream, Long> next = new HashMap<>();

    TailReader(Masking masking) {
        this.masking = masking;
    }

    /**
     * What there is to show.
     *
     * @param skipped how many more there were
     */
    record Tail(List<JournalRecord> records, long skipped) {}

    /** What has come since it was asked last; nothing the first time. */
    Tail newest(List<EventStream> streams, int most) {
        List<JournalRecord> records = new ArrayList<>();
        long skipped = 0;
        for (EventStream stream : streams) {
            long end = stream.journal().status().nextSequence();
            Long begin = next.put(stream, end);
            if (begin != null && begin < end) {
                long from = Math.max(begin, end - most);
                skipped += from - begin;
                read(stream, from, (int) (end - from), records);
            }
        }
        return shortened(records, most, skipped);
    }

    /** The last ones, whatever was shown. */
    static Tail last(List<EventStream> streams, int most) {
        List<JournalRecord> records = new ArrayList<>();
        for (EventStream stream : streams) {
            long end = stream.journal().status().nextSequence();
            read(stream, Math.max(1, end - most), most, records);
        }
        return shortened(records, most, 0);
    }

    private static Tail shortened(List<JournalRecord> records, int most, long skipped) {
        records.sort(Comparator.comparing(JournalRecord::received));
        int over = Math.max(0, records.size() - most);
        return new Tail(records.subList(over, records.size()), skipped + over);
    }

    private static void read(EventStream stream, long from, int count, List<JournalRecord> into) {
        try (Subscription records = stream.journal().follow(from)) {
            int left = count;
            while (left > 0) {
                Batch batch = records.poll(left, Duration.ZERO);
                if (batch.isEmpty()) {
                    return;
                }
                into.addAll(batch.records());
                left -= batch.records().size();
            }
        } catch (IOException e) {
            // the journal is closed, or says elsewhere what is wrong with its disk
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    byte[] json(Tail tail) {
        return Texts.json(json -> {
            json.writeStartObject();
            write(json, tail.records());
            json.writeNumberField("skipped", tail.skipped());
            json.writeEndObject();
        });
    }

    private void write(JsonGenerator json, List<JournalRecord> records) throws IOException {
        json.writeArrayFieldStart("events");
        for (JournalRecord record : records) {
            json.writeStartObject();
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
        return masking.mask(event.length() <= LONGEST_JSON ? event : event.substring(0, LONGEST_JSON) + "…");
    }
}
