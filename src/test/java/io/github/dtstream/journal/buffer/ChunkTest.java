package io.github.dtstream.journal.buffer;

import static io.github.dtstream.journal.segment.TestSegments.DAY;
import static io.github.dtstream.journal.segment.TestSegments.START;
import static io.github.dtstream.journal.segment.TestSegments.chunk;
import static io.github.dtstream.journal.segment.TestSegments.line;
import static io.github.dtstream.journal.segment.TestSegments.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.RecordEncoder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChunkTest {
    @Test
    void holdsEachRecordEncodedAndAsAnObject() {
        Chunk chunk = chunk(DAY, 5, 104);

        assertThat(chunk.day()).isEqualTo(DAY.toEpochDay());
        assertThat(chunk.size()).isEqualTo(100);
        assertThat(chunk.firstSequence()).isEqualTo(5);
        assertThat(chunk.last().sequence()).isEqualTo(104);
        int start = 0;
        for (int i = 0; i < 100; i++) {
            assertThat(Arrays.copyOfRange(chunk.bytes(), start, chunk.end(i))).isEqualTo(line(5 + i));
            assertThat(chunk.record(i).sequence()).isEqualTo(5 + i);
            start = chunk.end(i);
        }
        assertThat(chunk.length()).isEqualTo(start);
    }

    @Test
    void hasRoomForOneEventHoweverLargeItIs() {
        Event large = Events.event("large", "\"" + "x".repeat(3 << 20) + "\"");
        Chunk chunk = new Chunk(0);

        assertThat(chunk.hasRoomFor(large)).isTrue();
        chunk.add(record(1, START, Source.LIVE, large), new RecordEncoder());

        assertThat(chunk.hasRoomFor(Events.event(2))).isFalse();
        assertThat(Arrays.copyOf(chunk.bytes(), chunk.length())).isEqualTo(line(record(1, START, Source.LIVE, large)));
    }

    /** The garbage collector treats larger objects than 256 KiB separately. */
    @Test
    void hasRoomForUpTo256KiB() {
        Chunk chunk = new Chunk(0);
        int size = Events.event("e", "\"\"").json().length;
        Event half = Events.event("e", "\"" + "x".repeat((100 << 10) - size) + "\"");
        chunk.add(record(1, START, Source.LIVE, half), new RecordEncoder());
        int left = (256 << 10) - chunk.length() - 160;

        assertThat(chunk.hasRoomFor(Events.event("e", "\"" + "x".repeat(left - size) + "\"")))
                .isTrue();
        assertThat(chunk.hasRoomFor(Events.event("e", "\"" + "x".repeat(left - size + 1) + "\"")))
                .isFalse();
    }

    @Test
    void addsUpWhatItsEventsTakeInMemory() {
        Event event = Events.event(1);

        assertThat(Chunk.heapBytes(event)).isEqualTo(event.heapBytes() + 2 * (160 + event.json().length));
        assertThat(new Chunk(0).heapBytes()).isZero();
        assertThat(chunk(DAY, 1, 3).heapBytes()).isEqualTo(3 * Chunk.heapBytes(event));
    }
}
