package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class WriterStateTest {
    private static final TopicPartition STATE = new TopicPartition("dt.p.s.state", 0);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static WriterState read(String text) throws Exception {
        return WriterState.in(Map.of(WriterState.KEY, bytes(text)));
    }

    @Test
    void isReadAsItIsWritten() throws Exception {
        Instant time = Instant.parse("2026-11-27T12:00:00.5Z");
        for (WriterState state :
                List.of(WriterState.FIRST, new WriterState(42, time, time.minusSeconds(1), List.of(7L, 0L, 13L)))) {
            assertThat(read(state.text())).isEqualTo(state);
        }
        assertThat(read("42 - -")).as("without ends").isEqualTo(new WriterState(42, null, null, List.of()));
    }

    /** A broker that was suspended tells the end that it knew, until it learns that another one leads the partition. */
    @Test
    void isReadUpToWhatTheReaderKnowsToBeThereThoughABrokerTellsAnEarlierEnd() throws Exception {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST)) {
            consumer.updateBeginningOffsets(Map.of(STATE, 0L));
            consumer.updateEndOffsets(Map.of(STATE, 1L));
            consumer.schedulePollTask(() -> add(consumer, 0, "4 - -"));
            for (int vain = 0; vain < 5; vain++) {
                consumer.schedulePollTask(() -> {});
            }
            consumer.schedulePollTask(() -> {
                add(consumer, 1, "9 - -");
                add(consumer, 2, "12 - -");
            });

            Map<String, byte[]> values = WriterState.read(STATE, consumer, 3);

            assertThat(WriterState.in(values).next()).isEqualTo(12);
        }
    }

    /** A stream that is busy has tens of thousands of values before the brokers compact them. */
    @Test
    void isReadHoweverManyPollsThatTakesAsLongAsTheyBringSomething() throws Exception {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST)) {
            consumer.updateBeginningOffsets(Map.of(STATE, 0L));
            consumer.updateEndOffsets(Map.of(STATE, 500L));
            for (int number = 0; number < 500; number++) {
                int offset = number;
                consumer.schedulePollTask(() -> add(consumer, offset, offset + " - -"));
            }

            assertThat(WriterState.in(WriterState.read(STATE, consumer, 0)).next())
                    .isEqualTo(499);
        }
    }

    @Test
    void isNotWaitedForWithoutEndIfTheBrokersSendNothing() {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST)) {
            consumer.updateBeginningOffsets(Map.of(STATE, 0L));
            consumer.updateEndOffsets(Map.of(STATE, 2L));
            consumer.schedulePollTask(() -> add(consumer, 0, "4 - -"));

            assertThatThrownBy(() -> WriterState.read(STATE, consumer, 0))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining(STATE.topic());
        }
    }

    private static void add(MockConsumer<byte[], byte[]> consumer, long offset, String value) {
        consumer.addRecord(new ConsumerRecord<>(STATE.topic(), 0, offset, bytes(WriterState.KEY), bytes(value)));
    }

    @Test
    void endsAreAskedForUntilTheyAreWhereTheWriterBeforeHasWritten() throws Exception {
        Topics topics = new Topics(new KafkaSettings(Map.of(), "dt.p.s", 2, (short) 1), 2, "");
        List<TopicPartition> partitions = topics.partitions();
        List<String> waits = new ArrayList<>();
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST)) {
            consumer.updateEndOffsets(Map.of(partitions.get(0), 10L, partitions.get(1), 3L));

            long[] ends = topics.ends(consumer, List.of(8L, 20L), time -> {
                waits.add(time.toString());
                if (waits.size() == 3) {
                    consumer.updateEndOffsets(Map.of(partitions.get(1), 21L));
                }
            });

            assertThat(ends).containsExactly(10, 21);
            assertThat(waits).hasSize(3);
        }
    }

    @Test
    void goesOnWithWhatIsThereIfTheBrokersHaveLostRecords() throws Exception {
        Topics topics = new Topics(new KafkaSettings(Map.of(), "dt.p.s", 2, (short) 1), 2, "");
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST)) {
            consumer.updateEndOffsets(
                    Map.of(topics.partitions().get(0), 10L, topics.partitions().get(1), 3L));

            assertThat(topics.ends(consumer, List.of(10L, 20L), time -> {})).containsExactly(10, 3);
        }
    }
}
