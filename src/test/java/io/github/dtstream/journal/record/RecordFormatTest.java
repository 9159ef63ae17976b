package io.github.dtstream.journal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.buffer.Chunk;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    private static final JournalRecord RECORD = new JournalRecord(
            1_234_567, Instant.parse("2026-11-22T04:21:29.000456Z"), Source.HISTORY, Events.event("abc"));

    @Test
    void writesOneObjectALine() {
        String line = new String(encoded(), StandardCharsets.UTF_8);

        String checked =
                ",\"sequence\":1234567,\"received\":\"2026-11-22T04:21:29.000456Z\",\"source\":\"history\",\"event\":"
                        + Events.event("abc") + "}";
        CRC32C crc = new CRC32C();
        crc.update(checked.getBytes(StandardCharsets.UTF_8));
        assertThat(line).isEqualTo(String.format("{\"crc\":\"%08x\"%s\n", crc.getValue(), checked));
    }

    @Test
    void readsBackWhatItWrote() {
        byte[] line = encoded();
        RecordLine read = new RecordLine();

        assertThat(read.parse(line, 0, line.length - 1)).isNull();

        assertThat(read.sequence()).isEqualTo(1_234_567);
        assertThat(read.received()).isEqualTo(RECORD.received());
        assertThat(read.source()).isEqualTo(Source.HISTORY);
        assertThat(new String(line, read.eventOffset(), read.eventLength(), StandardCharsets.UTF_8))
                .isEqualTo(RECORD.event().toString());
        assertThat(read.eventIdAtBegin()).isEqualTo(EventIdHash.of("abc"));
    }

    @Test
    void noticesEveryChangedByte() {
        byte[] line = encoded();
        for (int i = 0; i < line.length - 1; i++) {
            byte[] changed = line.clone();
            changed[i] ^= 1;
            assertThat(new RecordLine().parse(changed, 0, changed.length - 1))
                    .as("byte %d", i)
                    .isNotNull();
        }
        for (int length = 0; length < line.length - 1; length++) {
            assertThat(new RecordLine().parse(line, 0, length))
                    .as("length %d", length)
                    .isNotNull();
        }
    }

    private static byte[] encoded() {
        Chunk chunk = new Chunk(0);
        chunk.add(RECORD, new RecordEncoder());
        return Arrays.copyOf(chunk.bytes(), chunk.length());
    }
}
