package io.github.dtstream.journal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines with a correct checksum that are not valid records, and records at the limits of the format. */
class RecordLineTest {
    private static final String NO_RECORD = "not a journal record";
    private static final String TIME = "2026-11-22T04:21:29.000456Z";

    private final RecordLine line = new RecordLine();

    private static byte[] withChecksum(String checked) {
        CRC32C crc = new CRC32C();
        crc.update(checked.getBytes(StandardCharsets.UTF_8));
        return String.format("{\"crc\":\"%08x\"%s", crc.getValue(), checked).getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable String parse(byte[] bytes) {
        return line.parse(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"number\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":{\"a\":1}}",
                ",\"sequence\":,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":{\"a\":1}}",
                ",\"sequence\":0,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":{\"a\":1}}",
                ",\"sequence\":36893488147419103233,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":{}}",
                ",\"sequence\":1",
                ",\"sequence\":1,\"received\":\"2026-11-22T04",
                ",\"sequence\":1,\"received\":\"\",\"source\":\"live\",\"event\":{\"a\":1}}",
                ",\"sequence\":1,\"received\":\"2026-13-22T04:21:29.000456Z\",\"source\":\"live\",\"event\":{\"a\":1}}",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"\",\"event\":{\"a\":1}}",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"hearsay\",\"event\":{\"a\":1}}",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"happening\":{\"a\":1}}",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":}",
                ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":{\"a\":1}]"
            })
    void isNoRecordWithAnythingElseThanARecordInIt(String checked) {
        assertThat(parse(withChecksum(checked))).isEqualTo(NO_RECORD);
    }

    @Test
    void saysWhetherTheChecksumIsWrongOrThereIsNone() {
        byte[] good = encoded(record(1, Source.LIVE, "abc"));
        byte[] changed = good.clone();
        changed[good.length / 2] ^= 1;

        assertThat(parse(changed)).isEqualTo("checksum does not match");
        assertThat(parse(Arrays.copyOf(good, RecordFormat.CHECKED_FROM))).isEqualTo("checksum does not match");
        assertThat(parse(Arrays.copyOf(good, RecordFormat.CHECKED_FROM - 1))).isEqualTo(NO_RECORD);
        assertThat(parse("{\"eventId\":\"abc\",\"eventType\":\"touch\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(NO_RECORD);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 909, 1_000_000_009, Long.MAX_VALUE})
    void readsEverySequenceNumber(long sequence) {
        assertThat(parse(encoded(record(sequence, Source.LIVE, "abc")))).isNull();
        assertThat(line.sequence()).isEqualTo(sequence);
    }

    @Test
    void readsAndWritesOneRecordBehindTheOther() {
        RecordEncoder encoder = new RecordEncoder();
        byte[] both = new byte[2 * (RecordFormat.OVERHEAD + 300)];
        int end = encoder.encode(record(1, Source.LIVE, "first"), both, 0);
        int last = encoder.encode(record(2, Source.HISTORY, "second"), both, end);

        assertThat(line.parse(both, 0, end - 1)).isNull();
        assertThat(line.eventIdAtBegin()).isEqualTo(EventIdHash.of("first"));
        assertThat(line.parse(both, end, last - end - 1)).isNull();
        assertThat(line.eventIdAtBegin()).isEqualTo(EventIdHash.of("second"));
        assertThat(line.sequence()).isEqualTo(2);
        assertThat(line.source()).isEqualTo(Source.HISTORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1}",
                "{\"eventType\":\"touch\",\"eventId\":\"abc\"}",
                "{\"eventId\":\"",
                "{\"eventId\":\"abc",
                "{\"eventId\":\"a\\u0062c\"}"
            })
    void leavesTheIdentifierToBeLookedForWhereTheEventDoesNotBeginWithIt(String event) {
        String checked = ",\"sequence\":1,\"received\":\"" + TIME + "\",\"source\":\"live\",\"event\":" + event + "}";

        assertThat(parse(withChecksum(checked))).isNull();
        assertThat(line.eventIdAtBegin()).isNull();
        assertThat(line.eventLength()).isEqualTo(event.length());
    }

    private static JournalRecord record(long sequence, Source source, String eventId) {
        return new JournalRecord(sequence, Instant.parse(TIME), source, Events.event(eventId));
    }

    /** A record's line, without the line feed. */
    private static byte[] encoded(JournalRecord record) {
        byte[] bytes = new byte[RecordFormat.OVERHEAD + record.event().json().length];
        int end = new RecordEncoder().encode(record, bytes, 0);
        return Arrays.copyOf(bytes, end - 1);
    }
}
