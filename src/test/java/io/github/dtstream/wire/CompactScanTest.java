package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It reads the same from a record as the parser does from the record with a space before it. */
class CompactScanTest {
    private static final String RECORD =
            "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1/devices/d1\","
                    + "\"eventType\":\"temperature\",\"data\":{\"temperature\":{\"value\":-2.5e-1,\"samples\":[{\"v\":0},{\"v\":-0.5E+3}],"
                    + "\"note\":\"\\u00e4\\n\\\\ ö😀\",\"ok\":true,\"no\":false,\"none\":null,\"e\":{},\"a\":[]}},"
                    + "\"timestamp\":\"2026-05-29T10:00:00.123456Z\",\"labels\":{\"name\":\"x\"}}}}";

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isCompact(byte[] record) {
        return new CompactScan().readRecord(record, 0, record.length, new EventScan());
    }

    private String shown(byte[] record) {
        Signal signal = decoder.decodeRecord(record, 0, record.length);
        return signal instanceof Signal.Received received ? shown(received.event()) : String.valueOf(signal);
    }

    private static String shown(Event event) {
        return String.join(
                " | ",
                event.eventId(),
                event.eventType(),
                event.projectId(),
                String.valueOf(event.deviceId()),
                event.timestamp(),
                event.data(),
                event.toString());
    }

    private void assertSameAsTheParser(byte[] record) {
        byte[] spaced = new byte[record.length + 1];
        spaced[0] = ' ';
        System.arraycopy(record, 0, spaced, 1, record.length);
        assertThat(shown(record)).as(new String(record, StandardCharsets.UTF_8)).isEqualTo(shown(spaced));
    }

    @Test
    void readsWhatTheCloudWrites() {
        byte[] record = utf8(RECORD);

        assertThat(isCompact(record)).isTrue();
        assertThat(shown(record))
                .startsWith("e1 | temperature | p1 | d1 | 2026-05-29T10:00:00.123456Z | {\"value\":-2.5e-1,");
        assertSameAsTheParser(record);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":{\"event\":{\"timestamp\":\"2026-05-29T10:00:00Z\",\"data\":null,\"eventType\":\"ping\",\"targetName\":\"projects/p1\",\"eventId\":\"e1\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"a\",\"data\":{\"a\":1,\"a\":2},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"eventId\":\"e2\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e\\u0031\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":1,\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"event\\u0049d\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"ä\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{}}}",
                "{\"result\":{\"event\":null}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":01,\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":[1,],\"timestamp\":\"2026-05-29T10:00:00Z\"}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}}}}",
                "{\"result\":{\"event\":{\"eventId\":\"e1\",\"targetName\":\"projects/p1\",\"eventType\":\"ping\",\"data\":{},\"timestamp\":\"2026-05-29T10:00:00Z\"}},\"error\":{\"code\":1}}"
            })
    void anythingElseIsWhatTheParserSays(String record) {
        assertSameAsTheParser(utf8(record));
    }

    @Test
    void whatIsDamagedAnywhereIsWhatTheParserSays() {
        byte[] whole = utf8(RECORD);
        Random random = new Random(11);
        byte[] likely = utf8("\"{}[],:\\ue0-+.1 \n\t\0tfn");
        for (int round = 0; round < 60_000; round++) {
            byte[] record = whole.clone();
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                int at = random.nextInt(record.length);
                record[at] =
                        random.nextInt(8) == 0 ? (byte) random.nextInt(256) : likely[random.nextInt(likely.length)];
            }
            assertSameAsTheParser(record);
        }
    }

    @Test
    void whatIsCutShortOrDoubledIsWhatTheParserSays() {
        byte[] whole = utf8(RECORD);
        for (int length = 1; length < whole.length; length++) {
            byte[] record = new byte[length];
            System.arraycopy(whole, 0, record, 0, length);
            assertSameAsTheParser(record);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 28, 31, 32, 58, 60, 62, 70})
    void depthIsWhatTheParserSays(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        assertSameAsTheParser(utf8(RECORD.replace("\"ok\":true", "\"ok\":" + deep)));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 201, 999, 1000, 1001, 5000})
    void longNamesAndNumbersAreWhatTheParserSays(int length) {
        assertSameAsTheParser(utf8(RECORD.replace("\"ok\"", '"' + "k".repeat(length) + '"')));
        assertSameAsTheParser(utf8(RECORD.replace("true", "1".repeat(length))));
    }

    @Test
    void readsManyTypesInTurn() {
        for (int i = 0; i < 1000; i++) {
            byte[] record = utf8(RECORD.replace("temperature", "type" + i % 300));
            assertThat(isCompact(record)).isTrue();
            assertThat(shown(record)).startsWith("e1 | type" + i % 300 + " | ").contains(" | {\"value\"");
        }
    }
}
