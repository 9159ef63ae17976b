package io.github.dtstream.journal.record;

import io.github.dtstream.event.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/** Writes records in {@link RecordFormat}. Not thread-safe. */
public final class RecordEncoder {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter TO_THE_SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private final CRC32C crc = new CRC32C();
    private final Map<Source, byte[]> labels = new EnumMap<>(Source.class);
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    public RecordEncoder() {
        for (Source source : Source.values()) {
            labels.put(source, source.label().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * Writes one line.
     *
     * @param into must have room for {@link RecordFormat#OVERHEAD} and the event's JSON
     * @return the end of the line, after its line feed
     */
    public int encode(JournalRecord record, byte[] into, int start) {
        int at = put(RecordFormat.CRC, into, start) + RecordFormat.CRC_DIGITS;
        at = put(RecordFormat.SEQUENCE, into, at);
        at = putDecimal(record.sequence(), into, at);
        at = put(RecordFormat.RECEIVED, into, at);
        at = putReceived(record.received(), into, at);
        at = put(RecordFormat.SOURCE, into, at);
        at = put(Objects.requireNonNull(labels.get(record.source())), into, at);
        at = put(RecordFormat.EVENT, into, at);
        at = put(record.event().json(), into, at);
        into[at++] = RecordFormat.END;
        crc.reset();
        crc.update(into, start + RecordFormat.CHECKED_FROM, at - start - RecordFormat.CHECKED_FROM);
        putHex((int) crc.getValue(), into, start + RecordFormat.CRC.length);
        into[at++] = RecordFormat.LINE_FEED;
        return at;
    }

    private static int put(byte[] bytes, byte[] into, int at) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        return at + bytes.length;
    }

    private static int putDecimal(long value, byte[] into, int at) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        putDigits(value, digits, into, at);
        return at + digits;
    }

    private int putReceived(Instant received, byte[] into, int at) {
        if (received.getEpochSecond() != second) {
            secondText = TO_THE_SECOND.format(received).getBytes(StandardCharsets.US_ASCII);
            second = received.getEpochSecond();
        }
        int end = put(secondText, into, at);
        putDigits(received.getNano() / 1000, 6, into, end);
        into[end + 6] = 'Z';
        return end + 7;
    }

    private static void putDigits(long value, int digits, byte[] into, int at) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static void putHex(int value, byte[] into, int at) {
        for (int i = 0; i < RecordFormat.CRC_DIGITS; i++) {
            into[at + i] = HEX[(value >>> (28 - 4 * i)) & 0xf];
        }
    }
}
