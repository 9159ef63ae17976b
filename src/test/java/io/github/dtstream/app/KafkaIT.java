package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example route to Kafka of the shelf, with a real broker. */
class KafkaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private static void poll(KafkaConsumer<String, String> consumer, List<ConsumerRecord<String, String>> records) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }

    private static List<String> identifiers(List<ConsumerRecord<String, String>> records) {
        return records.stream()
                .map(record ->
                        RouterFixture.parse(record.value()).path("eventId").asText())
                .distinct()
                .toList();
    }

    @Test
    void hasEveryEventUnderItsDeviceInItsOrderAtItsOwnTimeWhenTheBrokerWasKilled() throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/examples/kafka.camel.yaml"), routes.resolve("kafka.camel.yaml"));
        Instant begin = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<String> published = new ArrayList<>();
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = RouterFixture.cloud();
                RouterFixture router = RouterFixture.start(folder, cloud, Map.of("kafka.brokers", broker.address()));
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", broker.address(),
                                "group.id", "test",
                                "auto.offset.reset", "earliest",
                                "metadata.max.age.ms", "500"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<String> devices = cloud.addDevices(3, DeviceType.TEMPERATURE);
            await().atMost(PATIENCE).until(() -> cloud.openStreams() == 1);
            consumer.subscribe(Set.of("dt-events"));
            for (int number = 0; number < 60; number++) {
                if (number == 30) {
                    await().atMost(PATIENCE).until(() -> {
                        poll(consumer, records);
                        return identifiers(records).size() == 30;
                    });
                    broker.kill();
                }
                Instant at = begin.plusMillis(number);
                published.add(cloud.publish(
                                devices.get(number % 3), "temperature", "{\"value\":" + number + "}", at, Origin.LIVE)
                        .eventId());
            }
            broker.begin();
            await().atMost(PATIENCE).until(() -> {
                poll(consumer, records);
                return identifiers(records).size() == 60;
            });
            assertThat(router.data).isDirectory();

            assertThat(identifiers(records)).containsExactlyInAnyOrderElementsOf(published);
            for (String device : devices) {
                List<ConsumerRecord<String, String>> own = records.stream()
                        .filter(record -> record.key().equals(device))
                        .toList();
                assertThat(own)
                        .extracting(ConsumerRecord::partition)
                        .containsOnly(own.get(0).partition());
                assertThat(identifiers(own))
                        .containsExactlyElementsOf(published.stream()
                                .filter(identifiers(own)::contains)
                                .toList());
            }
            assertThat(records)
                    .allSatisfy(record -> assertThat(record.timestamp())
                            .isEqualTo(begin.toEpochMilli()
                                    + RouterFixture.parse(record.value())
                                            .at("/data/temperature/value")
                                            .asLong()));
        }
    }
}
