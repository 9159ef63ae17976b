package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import io.github.dtstream.journal.record.RecordEncoder;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reject.RejectFile;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionReaderTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final TopicPartition PARTITION = new TopicPartition("t", 3);

    @TempDir
    private Path folder;

    private final MemoryBudget memory = new MemoryBudget(8 << 20);
    private final AtomicInteger wakes = new AtomicInteger();

    private PartitionReader reader(int batch, long offset) {
        SkippedRecords skipped = new SkippedRecords(new RejectFile(folder, 1 << 20, Clock.systemUTC()));
        return new PartitionReader(
                "files",
                batch,
                offset,
                new Lane(PARTITION, new EnvelopeDecoder()::decodeEvent, skipped),
                memory.share(Holder.READING, PartitionReader.leastBytes()),
                wakes::incrementAndGet,
                Ticker.SYSTEM);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(
                "t",
                3,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                value.length,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, long number, Instant received) {
        byte[] line = new byte[1000];
        int end = new RecordEncoder()
                .encode(
                        new JournalRecord(
                                number, received, Source.LIVE, Events.ofDevice("event" + number, "d1", received)),
                        line,
                        0);
        return record(offset, Arrays.copyOf(line, end - 1));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, long number) {
        return record(offset, number, NOON);
    }

    private static List<Long> numbers(Batch batch) {
        return batch.records().stream().map(JournalRecord::sequence).toList();
    }

    @Test
    void writesTheOffsetBehindTheLastCommittedRecordThoughNumbersAndOffsetsHaveHoles() throws Exception {
        PartitionReader reader = reader(10, 5);
        reader.add(List.of(record(5, 11), record(7, 14), record(8, 30)));

        Batch batch = reader.poll(10, NOW);
        assertThat(numbers(batch)).containsExactly(11L, 14L, 30L);
        assertThat(reader.toWrite(false)).as("nothing is committed").isNull();
        reader.commit(Position.before(14));
        assertThat(reader.toWrite(false)).isEqualTo(6);
        reader.commit(Position.before(20));
        assertThat(reader.toWrite(false)).isEqualTo(8);
        reader.commit(Position.before(12));
        assertThat(reader.toWrite(false)).as("it does not go back").isEqualTo(8);
        reader.commit(batch.end());
        assertThat(reader.toWrite(false)).isEqualTo(9);
        reader.written(9);
        assertThat(reader.toWrite(false)).isNull();
    }

    @Test
    void theCursorPassesMarksOfTransactionsOnlyWhenNothingIsOpen() throws Exception {
        PartitionReader reader = reader(10, 0);
        reader.add(List.of(record(0, 1), record(1, 2)));
        reader.reached(3, 0);
        assertThat(reader.toWrite(true)).isNull();
        Batch batch = reader.poll(10, NOW);
        assertThat(reader.toWrite(true)).as("it is in progress").isNull();

        reader.commit(batch.end());

        assertThat(reader.toWrite(false)).isEqualTo(2);
        assertThat(reader.toWrite(true)).isEqualTo(3);
        assertThat(reader.lag()).isZero();
    }

    @Test
    void handsOutNoMoreThanABatchBeyondWhatIsDurable() throws Exception {
        PartitionReader reader = reader(4, 0);
        for (int number = 1; number <= 12; number++) {
            reader.add(List.of(record(number - 1, number)));
        }
        Batch first = reader.poll(4, NOW);
        reader.commit(first.end());

        assertThat(reader.poll(4, Duration.ofMillis(20)).isEmpty()).isTrue();
        assertThat(wakes).as("the writer is asked at once").hasPositiveValue();

        reader.written(4);
        assertThat(numbers(reader.poll(4, NOW))).containsExactly(5L, 6L, 7L, 8L);
        // the subscriber has them in progress, and decides itself whether it takes more
        assertThat(numbers(reader.poll(1, NOW))).containsExactly(9L);
    }

    @Test
    void itsCursorMayWaitWhileACrashRepeatsFewAndNoneIsWaitedFor() throws Exception {
        PartitionReader reader = reader(100, 0);
        assertThat(reader.isNear()).isTrue();
        for (int number = 1; number <= 11; number++) {
            reader.add(List.of(record(number - 1, number)));
        }
        assertThat(reader.isNear()).as("there is more to hand out").isFalse();
        Batch few = reader.poll(10, NOW);
        assertThat(reader.isNear()).as("one is left").isFalse();
        Batch last = reader.poll(10, NOW);
        assertThat(reader.isNear()).as("eleven are in progress").isFalse();

        reader.commit(few.end());
        assertThat(reader.isNear()).as("eleven would be repeated").isFalse();
        reader.written(10);
        assertThat(reader.isNear()).isTrue();
        reader.commit(last.end());
        assertThat(reader.isNear()).isTrue();
    }

    @Test
    void aBatchEndsWithTheDayAndWithItsBytes() throws Exception {
        PartitionReader reader = reader(10, 0);
        Instant nextDay = NOON.plus(Duration.ofHours(12));
        reader.add(List.of(record(0, 1), record(1, 2), record(2, 3, nextDay), record(3, 4, nextDay)));

        assertThat(numbers(reader.poll(10, 1, NOW))).containsExactly(1L);
        assertThat(numbers(reader.poll(10, NOW))).containsExactly(2L);
        assertThat(reader.lag()).isEqualTo(4);
        assertThat(numbers(reader.poll(10, NOW))).containsExactly(3L, 4L);
    }

    @Test
    void itsLagGrowsAlsoWhileItIsFullAndNothingIsFetched() {
        PartitionReader reader = reader(10, 0);
        reader.add(List.of(record(0, new byte[2 << 20])));
        reader.reached(1, 5);
        assertThat(reader.lag()).isEqualTo(6);

        reader.lags(1000);
        assertThat(reader.lag()).as("what the brokers say, as it has no room").isEqualTo(1000);
        reader.drop();
        assertThat(reader.lag()).as("it fetches").isEqualTo(5);
    }

    @Test
    void skipsWhatNoRouterWroteAndPassesItsCursorOverIt() throws Exception {
        PartitionReader reader = reader(10, 0);
        reader.add(List.of(record(0, "else".getBytes(StandardCharsets.UTF_8))));
        reader.reached(1, 0);
        assertThat(reader.poll(10, NOW).isEmpty()).isTrue();
        assertThat(reader.toWrite(true)).isEqualTo(1);
        reader.add(List.of(record(1, "else".getBytes(StandardCharsets.UTF_8)), record(2, 7)));

        assertThat(numbers(reader.poll(10, NOW))).containsExactly(7L);
    }

    @Test
    void nothingIsHandedOutOrHeldInMemoryAfterThePartitionHasGone() throws Exception {
        PartitionReader reader = reader(10, 0);
        reader.add(List.of(record(0, 1), record(1, 2)));
        assertThat(numbers(reader.poll(1, NOW))).containsExactly(1L);
        reader.drop();

        assertThat(reader.poll(10, NOW).isEmpty()).isTrue();
        assertThat(memory.used().getOrDefault(Holder.READING, 0L)).isZero();
    }

    @Test
    void wantsMoreUntilItHasEnough() {
        PartitionReader reader = reader(10, 0);
        byte[] large = new byte[600_000];
        assertThat(reader.isHungry()).isTrue();
        reader.add(List.of(record(0, large)));
        assertThat(reader.isHungry()).isTrue();
        reader.add(List.of(record(1, large)));
        assertThat(reader.isHungry()).isFalse();
    }

    @Test
    void theCursorDoesNotPassRecordsThatAreJustBeingHandedOut() throws Exception {
        PartitionReader reader = reader(1000, 0);
        AtomicBoolean ends = new AtomicBoolean();
        AtomicLong committed = new AtomicLong();
        AtomicLong passed = new AtomicLong(-1);
        Thread writer = new Thread(() -> {
            while (!ends.get()) {
                Long offset = reader.toWrite(true);
                // what was committed when this was read is no more than what is committed now
                if (offset != null && offset > committed.get()) {
                    passed.compareAndSet(-1, offset);
                }
            }
        });
        writer.start();
        for (int offset = 0; offset < 20_000 && passed.get() == -1; offset++) {
            reader.add(List.of(record(offset, offset + 1)));
            reader.reached(offset + 1, 0);
            Batch batch = reader.poll(100, Duration.ofMinutes(1));
            committed.set(offset + 1);
            reader.commit(batch.end());
            reader.written(offset + 1);
        }
        ends.set(true);
        writer.join();

        assertThat(passed)
                .as("an offset that was to be written before its record was committed")
                .hasValue(-1);
    }
}
