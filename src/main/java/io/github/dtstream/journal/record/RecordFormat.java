package io.github.dtstream.journal.record;

import java.nio.charset.StandardCharsets;

/**
 * The format of a record in a segment: one JSON object per line. It has a prefix of fixed layout, so that it can be
 * read without a JSON parser.
 *
 * <pre>
 * {"crc":"1a2b3c4d","sequence":123,"received":"2026-11-22T04:21:29.123456Z","source":"live","event":{…}}
 * </pre>
 *
 * {@code crc} is the CRC-32C, in eight hex digits, of every byte after its own closing quote up to the line feed.
 */
public final class RecordFormat {
    static final byte[] CRC = ascii("{\"crc\":\"");
    static final int CRC_DIGITS = 8;
    static final byte[] SEQUENCE = ascii("\",\"sequence\":");
    static final byte[] RECEIVED = ascii(",\"received\":\"");
    /** {@code 2026-11-22T04:21:29.123456Z}. */
    static final int RECEIVED_LENGTH = 27;

    static final byte[] SOURCE = ascii("\",\"source\":\"");
    static final byte[] EVENT = ascii("\",\"event\":");
    static final byte END = '}';
    static final byte LINE_FEED = '\n';

    /** The first byte that the checksum covers, from the line's beginning. */
    static final int CHECKED_FROM = CRC.length + CRC_DIGITS + 1;

    /** An upper bound for the bytes of a line in addition to the event's own. */
    public static final int OVERHEAD = 160;

    private RecordFormat() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
