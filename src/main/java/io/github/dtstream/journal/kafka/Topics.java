package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The two topics of a journal, and the clients for them. Immutable. */
final class Topics {
    private static final Duration ADMIN = Duration.ofSeconds(30);
    /** How long a client waits for the brokers before it says that they do not answer. */
    private static final String PATIENCE_MILLIS = "10000";

    /** After that a writer says that it is held. What it does goes on. */
    private static final String BLOCK_MILLIS = "5000";

    /** A reader knows what there is to read, and does not wait at the end of a partition for what may come. */
    private static final String FETCH_WAIT_MILLIS = "10";

    private static final String FETCH_BYTES = Integer.toString(256 << 10);

    private final KafkaSettings settings;
    private final String events;
    private final TopicPartition state;
    private final List<TopicPartition> partitions;

    private Topics(KafkaSettings settings, int partitions) {
        this.settings = settings;
        events = settings.name() + ".events";
        state = new TopicPartition(settings.name() + ".state", 0);
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(events, number))
                .toList();
    }

    /**
     * Makes those that are not there.
     *
     * @throws IOException if Kafka does not answer, or refuses
     */
    static Topics open(KafkaSettings settings, JournalSettings journal) throws IOException, InterruptedException {
        Topics wanted = new Topics(settings, settings.partitions());
        try (Admin admin = Admin.create(wanted.client())) {
            String inSync = Integer.toString(Math.max(1, Math.min(2, settings.replication() - 1)));
            wanted.create(
                    admin,
                    new NewTopic(wanted.events, settings.partitions(), settings.replication())
                            .configs(Map.of(
                                    "min.insync.replicas",
                                    inSync,
                                    "retention.ms",
                                    Long.toString(journal.retentionAge().toMillis()))));
            wanted.create(
                    admin,
                    new NewTopic(wanted.state.topic(), 1, settings.replication())
                            .configs(Map.of(
                                    "min.insync.replicas", inSync,
                                    "cleanup.policy", "compact",
                                    "segment.ms", "3600000",
                                    "segment.bytes", "16777216")));
            TopicDescription events = admin.describeTopics(List.of(wanted.events))
                    .allTopicNames()
                    .get(ADMIN.toMillis(), TimeUnit.MILLISECONDS)
                    .get(wanted.events);
            if (events == null) {
                throw new IOException("the brokers do not tell of the topic " + wanted.events);
            }
            return new Topics(settings, events.partitions().size());
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the topics of the journal " + settings.name() + " cannot be had: " + e.getMessage(), e);
        }
    }

    private void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException, TimeoutException {
        try {
            admin.createTopics(List.of(topic)).all().get(ADMIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>(settings.client());
        client.put("client.id", settings.name());
        return client;
    }

    /** Whose first transaction fences every other one's. */
    Producer<byte[], byte[]> producer() {
        Map<String, Object> options = client();
        options.put("transactional.id", settings.name());
        options.put("acks", "all");
        options.put("max.block.ms", BLOCK_MILLIS);
        options.putIfAbsent("compression.type", "lz4");
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Without a group; it sees only what is committed. */
    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> options = client();
        options.put("isolation.level", "read_committed");
        options.put("enable.auto.commit", "false");
        options.put("auto.offset.reset", "earliest");
        options.put("default.api.timeout.ms", PATIENCE_MILLIS);
        options.put("request.timeout.ms", PATIENCE_MILLIS);
        options.put("fetch.max.wait.ms", FETCH_WAIT_MILLIS);
        options.put("max.partition.fetch.bytes", FETCH_BYTES);
        options.put("fetch.max.bytes", Integer.toString(4 << 20));
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    String name() {
        return settings.name();
    }

    String events() {
        return events;
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    TopicPartition state() {
        return state;
    }
}
