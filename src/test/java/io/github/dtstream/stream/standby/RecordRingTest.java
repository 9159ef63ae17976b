package io.github.dtstream.stream.standby;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordRingTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final MemoryBudget memory = new MemoryBudget(64 << 20);
    private final RecordRing ring = new RecordRing(memory);

    private static Event event(String id, String type, Instant time, int length) {
        byte[] json = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        return new Event(id, type, "p1", null, time.toString(), json, 0, json.length);
    }

    private void add(int second, int length) {
        ring.add(event("e" + second, "touch", NOON.plusSeconds(second), length), NOON.plusSeconds(second + 1));
    }

    private void ping(int second) {
        ring.add(event("k" + second, "ping", NOON.plusSeconds(second), 2), NOON.plusSeconds(second + 1));
    }

    private List<String> takeAll() {
        List<String> all = new ArrayList<>();
        for (RecordRing.Kept next = ring.poll(); next != null; next = ring.poll()) {
            all.add(next.event().eventId());
        }
        return all;
    }

    @Test
    void keepsRecordsInOrder() {
        add(1, 10);
        ping(2);
        add(3, 10);

        assertThat(ring.droppedUntil()).isNull();
        assertThat(takeAll()).containsExactly("e1", "k2", "e3");
        assertThat(ring.bytes()).isZero();
    }

    @Test
    void dropsTheOldestRecordsWhenTheyAreTooManyBytes() {
        for (int second = 0; second < 5; second++) {
            add(second, 1 << 20);
        }

        assertThat(ring.bytes()).isBetween(3L << 20, RecordRing.MOST_BYTES);
        assertThat(ring.droppedUntil())
                .as("when the last one that was dropped was received")
                .isEqualTo(NOON.plusSeconds(2));
        assertThat(takeAll()).containsExactly("e2", "e3", "e4");
    }

    @Test
    void keepsNothingThatIsLargerThanItMayBe() {
        add(1, 10);
        add(2, 5 << 20);
        add(3, 10);

        assertThat(ring.droppedUntil()).isEqualTo(NOON.plusSeconds(3));
        assertThat(takeAll()).containsExactly("e3");
    }

    @Test
    void believesATimestampRatherThanAClockThatIsBehind() {
        ring.add(event("e1", "touch", NOON, 5 << 20), NOON.minusSeconds(60));

        assertThat(ring.droppedUntil()).isEqualTo(NOON);
    }

    @Test
    void dropsWhatCameBeforeAPingThatWasSentInTime() {
        add(1, 10);
        ping(2);
        add(3, 10);
        ping(4);
        add(5, 10);

        ring.dropUntilPing(NOON.plusSeconds(3));

        assertThat(takeAll()).containsExactly("e3", "k4", "e5");
    }

    @Test
    void takesNoMoreMemoryThanThereIsAndGivesItBack() {
        MemoryBudget small = new MemoryBudget(1 << 20);
        try (RecordRing little = new RecordRing(small)) {
            for (int i = 0; i < 100; i++) {
                little.add(event("e" + i, "touch", NOON, 20_000), NOON);
            }
            assertThat(little.size()).isBetween(1, 99);
            assertThat(small.used().get(Holder.STANDBY))
                    .isEqualTo(little.bytes())
                    .isLessThan(1 << 20);
        }
        assertThat(small.used()).containsEntry(Holder.STANDBY, 0L);
    }
}
