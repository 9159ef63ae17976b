package io.github.dtstream.journal.record;

import io.github.dtstream.event.Source;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Parses a line of {@link RecordFormat}; its fields are those of the last line. Not thread-safe; it is reused so that
 * reading millions of lines makes no garbage.
 */
public final class RecordLine {
    private static final byte[] FAST_EVENT_ID = "{\"eventId\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final Source[] SOURCES = Source.values();
    private static final byte[][] LABELS = Arrays.stream(SOURCES)
            .map(source -> source.label().getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private final CRC32C crc = new CRC32C();
    private byte[] buffer = new byte[0];
    private int end;
    private int at;
    private long sequence;
    private long second;
    private int nano;
    private Source source = Source.LIVE;
    private int eventOffset;

    /**
     * Parses a line and checks all of it.
     *
     * @param length the length without the line feed
     * @return the error; null if there is none
     */
    public @Nullable String parse(byte[] bytes, int offset, int length) {
        buffer = bytes;
        end = offset + length;
        at = offset;
        if (length < RecordFormat.CHECKED_FROM || !literal(RecordFormat.CRC)) {
            return "not a journal record";
        }
        long expected = hex();
        crc.reset();
        crc.update(bytes, offset + RecordFormat.CHECKED_FROM, length - RecordFormat.CHECKED_FROM);
        if (crc.getValue() != expected) {
            return "checksum does not match";
        }
        return fields() ? null : "not a journal record";
    }

    private boolean fields() {
        if (!literal(RecordFormat.SEQUENCE)) {
            return false;
        }
        sequence = decimal();
        if (sequence < 1 || !literal(RecordFormat.RECEIVED) || !readReceived() || !literal(RecordFormat.SOURCE)) {
            return false;
        }
        if (!readSource() || !literal(RecordFormat.EVENT)) {
            return false;
        }
        eventOffset = at;
        return eventOffset < end - 1 && buffer[end - 1] == RecordFormat.END;
    }

    public long sequence() {
        return sequence;
    }

    public Instant received() {
        return Instant.ofEpochSecond(second, nano);
    }

    public Source source() {
        return source;
    }

    public int eventOffset() {
        return eventOffset;
    }

    public int eventLength() {
        return end - 1 - eventOffset;
    }

    /** The identifier's hash if the event begins with it, as the cloud writes it; null if it must be searched for. */
    public @Nullable EventIdHash eventIdAtBegin() {
        int from = eventOffset + FAST_EVENT_ID.length;
        if (from >= end || !Arrays.equals(buffer, eventOffset, from, FAST_EVENT_ID, 0, FAST_EVENT_ID.length)) {
            return null;
        }
        int to = from;
        while (to < end && buffer[to] != '"' && buffer[to] != '\\') {
            to++;
        }
        return to == end || buffer[to] == '\\' ? null : EventIdHash.of(buffer, from, to - from);
    }

    private boolean literal(byte[] expected) {
        int to = at + expected.length;
        if (to > end || !Arrays.equals(buffer, at, to, expected, 0, expected.length)) {
            return false;
        }
        at = to;
        return true;
    }

    private long hex() {
        long value = 0;
        for (int i = 0; i < RecordFormat.CRC_DIGITS; i++) {
            int digit = Character.digit(buffer[at++], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private long decimal() {
        long value = 0;
        int digits = 0;
        while (at < end && buffer[at] >= '0' && buffer[at] <= '9' && digits < 19) {
            value = value * 10 + (buffer[at++] - '0');
            digits++;
        }
        return digits == 0 ? -1 : value;
    }

    private boolean readReceived() {
        if (end - at < RecordFormat.RECEIVED_LENGTH) {
            return false;
        }
        int year = digits(0, 4);
        int month = digits(5, 2);
        int day = digits(8, 2);
        int timeOfDay = digits(11, 2) * 3600 + digits(14, 2) * 60 + digits(17, 2);
        nano = digits(20, 6) * 1000;
        try {
            second = LocalDate.of(year, month, day).toEpochDay() * 86_400 + timeOfDay;
        } catch (DateTimeException e) {
            return false;
        }
        at += RecordFormat.RECEIVED_LENGTH;
        return true;
    }

    private int digits(int from, int count) {
        int value = 0;
        for (int i = at + from; i < at + from + count; i++) {
            value = value * 10 + (buffer[i] - '0');
        }
        return value;
    }

    private boolean readSource() {
        for (int i = 0; i < LABELS.length; i++) {
            if (literal(LABELS[i])) {
                source = SOURCES[i];
                return true;
            }
        }
        return false;
    }
}
