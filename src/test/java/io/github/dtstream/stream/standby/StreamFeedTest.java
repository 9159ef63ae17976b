package io.github.dtstream.stream.standby;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.session.handover.EventSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StreamFeedTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    private final RecordRing ring = new RecordRing(new MemoryBudget(8 << 20));
    private final List<String> passed = new ArrayList<>();
    private final EventSink sink = new EventSink() {
        @Override
        public void events(List<Event> events, Instant received) {
            events.forEach(event -> passed.add(event.eventId()));
        }

        @Override
        public void late(List<Event> events, Instant received) {
            events.forEach(event -> passed.add("late " + event.eventId()));
        }

        @Override
        public void rejected(String reason, byte[] record, Instant received) {
            throw new AssertionError(reason);
        }
    };

    private void received(String type, String id, long second, Duration age) {
        Instant sent = NOON.plusSeconds(second);
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        ring.add(
                new Event(id, type, "p1", "d1", sent.minus(age).toString(), json, 0, json.length),
                sent.plusMillis(second % 2));
    }

    @Test
    void whatWasSentBeforeTheHoldersLastRecordIsLateForItHadNewerOnes() throws Exception {
        received("touch", "missed1", 1, Duration.ZERO);
        received("ping", "ping2", 2, Duration.ZERO);
        received("touch", "missed3", 3, Duration.ofDays(2));
        received("touch", "last", 4, Duration.ZERO);
        received("touch", "new5", 5, Duration.ZERO);
        received("ping", "ping6", 6, Duration.ZERO);
        received("touch", "old7", 7, Duration.ofDays(2));

        StreamFeed.pass(ring, sink, NOON.plusSeconds(4));

        assertThat(passed).containsExactly("late missed1", "late missed3", "late last", "new5", "ping6", "old7");
    }

    @Test
    void withoutAHolderBeforeNothingIsLate() throws Exception {
        received("touch", "first", 1, Duration.ofDays(2));
        received("touch", "second", 2, Duration.ZERO);

        StreamFeed.pass(ring, sink, Instant.MIN);

        assertThat(passed).containsExactly("first", "second");
    }
}
