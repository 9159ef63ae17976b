package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node writes for people, with Kafka's own stand-ins for its clients. */
class HandOversTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-27T07:00:00Z"), ZoneOffset.UTC);
    private static final Map<String, String> REASONS =
            new TreeMap<>(Map.of("s1", "it was stopped", "s2", "it was stopped", "s3", "it was stopped"));

    private final Clients clients =
            new Clients(new GroupSettings(Map.of("bootstrap.servers", "127.0.0.1:1"), "g", "a", (short) 1));

    private HandOvers handOvers(MockProducer<byte[], byte[]> writer) {
        Consumer<byte[], byte[]> reader = new MockConsumer<>(OffsetResetStrategy.EARLIEST);
        return new HandOvers(clients, CLOCK, new ConcurrentHashMap<>(), reader, writer);
    }

    private static MockProducer<byte[], byte[]> producer(boolean answersAtOnce) {
        return new MockProducer<>(answersAtOnce, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<String> sent(MockProducer<byte[], byte[]> writer) {
        return writer.history().stream()
                .map(record -> new String(record.key(), StandardCharsets.UTF_8) + " "
                        + new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void saysOfEachStreamWhyItIsGivenUpThoughKafkaAnswersBeforeTheNextIsSent() {
        MockProducer<byte[], byte[]> writer = producer(true);
        HandOvers handOvers = handOvers(writer);

        handOvers.givenUp(REASONS, () -> {});

        assertThat(sent(writer))
                .containsExactly(
                        "s1 given-up a 2026-11-27T07:00:00Z it was stopped",
                        "s2 given-up a 2026-11-27T07:00:00Z it was stopped",
                        "s3 given-up a 2026-11-27T07:00:00Z it was stopped");
    }

    @Test
    void endsTheStreamsBeforeItWaitsForKafka() {
        MockProducer<byte[], byte[]> writer = producer(false);
        HandOvers handOvers = handOvers(writer);

        handOvers.givenUp(REASONS, () -> {
            assertThat(sent(writer)).hasSize(3);
            while (writer.completeNext()) {}
        });

        assertThat(writer.history()).hasSize(3);
    }

    /** Each further entry would wait for Kafka as long as the first one. */
    @Test
    void doesNotWaitAgainForKafkaAfterItDidNotTakeTheFirstEntry() {
        MockProducer<byte[], byte[]> writer =
                new MockProducer<>(false, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, @Nullable Callback whenSent) {
                        Future<RecordMetadata> sent = super.send(record, whenSent);
                        errorNext(new TimeoutException("Kafka does not answer"));
                        return sent;
                    }
                };
        HandOvers handOvers = handOvers(writer);
        boolean[] isEnded = new boolean[1];

        handOvers.givenUp(REASONS, () -> isEnded[0] = true);

        assertThat(writer.history()).hasSize(1);
        assertThat(isEnded[0]).isTrue();
    }
}
