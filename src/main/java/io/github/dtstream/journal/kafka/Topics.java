package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Remark;
import io.github.dtstream.thread.Turns;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two topics of a journal, and the clients for them. Immutable. */
final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final Duration ADMIN = Duration.ofSeconds(30);
    /**
     * How long a client waits for one broker before it asks another one. A broker that hangs keeps its connections open;
     * with Kafka's default of 30 s it would hold the journal up for up to a minute, although the other brokers have
     * replaced it after some seconds.
     */
    private static final String REQUEST_MILLIS = "4000";

    /** How long a client waits for the brokers before it reports that they do not answer. */
    private static final String PATIENCE_MILLIS = "10000";

    /** How long a writer waits before it reports that it is held. The operation continues. */
    private static final String BLOCK_MILLIS = "5000";

    /** See {@link #retryMillis}. */
    private static final long MOST_RETRY_MILLIS = 100;

    private static final long RETRY_MILLIS_FOR_EACH = 4;

    /** Short, because a reader knows where each partition ends, and need not wait there for new records. */
    private static final String FETCH_WAIT_MILLIS = "10";

    private static final String FETCH_BYTES = Integer.toString(256 << 10);

    /** More than the largest event with its record line. */
    static final String LARGEST_BYTES = Integer.toString(17 << 20);

    /** The shortest session that brokers allow by default: after this time, others read what a dead process read. */
    private static final String SESSION_MILLIS = "6000";

    /** A process learns of a rebalance with its next heartbeat. */
    private static final String HEARTBEAT_MILLIS = "500";

    /** How long the group waits for a process that has to give up a partition. */
    private static final String REVOKE_MILLIS = "30000";

    private static final String MEMBER_WAIT_MILLIS = "500";

    /**
     * A take-over reads the whole state topic. Each transaction writes some records into it, ten transactions a second do that
     * for months, and brokers compact only the segments before the newest one.
     */
    static final long STATE_SEGMENT_MILLIS = Duration.ofMinutes(5).toMillis();

    /**
     * How long a compacted topic keeps deletions, and the mark that ends each transaction. With Kafka's default of a day there
     * would be a million marks. A reader has to read from the beginning if it has not read for as long.
     */
    static final long STATE_DELETED_MILLIS = Duration.ofHours(1).toMillis();

    /** How often the brokers are asked for a topic that was just created. */
    private static final int LOOKS = 150;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final KafkaSettings settings;
    private final String events;
    private final TopicPartition state;
    private final List<TopicPartition> partitions;
    /** The identifiers of both topics; empty text if they are not known. */
    private final String ids;

    Topics(KafkaSettings settings, int partitions, String ids) {
        this.settings = settings;
        this.ids = ids;
        events = ofEvents(settings.name());
        state = new TopicPartition(ofState(settings.name()), 0);
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(number -> new TopicPartition(events, number))
                .toList();
    }

    /** The name of the topic with the events of a journal. */
    static String ofEvents(String journal) {
        return journal + ".events";
    }

    /** The name of the topic with the state of a journal. */
    static String ofState(String journal) {
        return journal + ".state";
    }

    /**
     * Creates the topics that do not exist.
     *
     * @throws IOException if Kafka does not answer, Kafka refuses, or an existing topic cannot keep a journal
     */
    static Topics open(KafkaSettings settings, JournalSettings journal) throws IOException, InterruptedException {
        Topics wanted = new Topics(settings, settings.partitions(), "");
        try (Admin admin = Admin.create(wanted.client())) {
            String inSync = Integer.toString(TopicCheck.minInSync(settings.replication()));
            NewTopic newEvents = new NewTopic(wanted.events, settings.partitions(), settings.replication())
                    .configs(Map.of(
                            "min.insync.replicas",
                            inSync,
                            "cleanup.policy",
                            "delete",
                            "max.message.bytes",
                            LARGEST_BYTES,
                            "retention.ms",
                            Long.toString(journal.retentionAge().toMillis())));
            NewTopic newState = new NewTopic(wanted.state.topic(), 1, settings.replication())
                    .configs(Map.of(
                            "min.insync.replicas",
                            inSync,
                            "cleanup.policy",
                            "compact",
                            TopicCheck.SEGMENT_MILLIS,
                            Long.toString(STATE_SEGMENT_MILLIS),
                            TopicCheck.DELETED_MILLIS,
                            Long.toString(STATE_DELETED_MILLIS),
                            "segment.bytes",
                            "16777216"));
            Map<String, TopicCheck.Found> there = made(admin, List.of(newEvents, newState));
            TopicCheck.Found events = Objects.requireNonNull(there.get(newEvents.name()));
            TopicCheck.Found state = Objects.requireNonNull(there.get(newState.name()));
            accept(TopicCheck.ofEvents(events, settings));
            accept(TopicCheck.ofState(state, settings));
            return new Topics(settings, events.partitions(), events.id() + state.id());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw KafkaFailure.exception("the journal " + settings.name() + " cannot be opened", e, settings.servers());
        }
    }

    /** The topics of a journal that exists; empty if one of them does not exist. */
    static Optional<Topics> existing(KafkaSettings settings) throws IOException, InterruptedException {
        Topics wanted = new Topics(settings, settings.partitions(), "");
        try (Admin admin = Admin.create(wanted.client())) {
            Optional<TopicCheck.Found> events = found(admin, wanted.events);
            Optional<TopicCheck.Found> state = found(admin, wanted.state.topic());
            return events.isEmpty() || state.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Topics(
                            settings,
                            events.get().partitions(),
                            events.get().id() + state.get().id()));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw KafkaFailure.exception("the journal " + settings.name() + " cannot be read", e, settings.servers());
        }
    }

    private static void accept(List<Remark> remarks) throws IOException {
        for (Remark remark : remarks) {
            if (remark.level() == Remark.Level.ERROR) {
                throw new IOException(remark.text());
            }
            LOG.warn("{}", remark.text());
        }
    }

    /** Describes topics, and creates those first that do not exist. */
    private static Map<String, TopicCheck.Found> made(Admin admin, List<NewTopic> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<String> names = topics.stream().map(NewTopic::name).toList();
        Map<String, TopicCheck.Found> there = found(admin, names);
        if (there.size() == names.size()) {
            return there;
        }
        List<NewTopic> missing = topics.stream()
                .filter(topic -> !there.containsKey(topic.name()))
                .toList();
        for (Map.Entry<String, KafkaFuture<Void>> created :
                admin.createTopics(missing).values().entrySet()) {
            try {
                get(created.getValue());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicAuthorizationException) {
                    // the broker's answer does not name it
                    throw new TopicAuthorizationException(Set.of(created.getKey()));
                }
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        for (int look = 0; look < LOOKS; look++) {
            Map<String, TopicCheck.Found> made = found(admin, names);
            if (made.size() == names.size()) {
                return made;
            }
            // brokers learn of a new topic a moment later, and a busy one much later
            Sleeper.SYSTEM.sleep(BETWEEN_LOOKS);
        }
        throw new TimeoutException("the topics " + names + " were created, but the brokers do not list them");
    }

    /** Describes a topic; empty if it does not exist. */
    static Optional<TopicCheck.Found> found(Admin admin, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        return Optional.ofNullable(found(admin, List.of(topic)).get(topic));
    }

    /** Describes those of the topics that exist, by name. */
    private static Map<String, TopicCheck.Found> found(Admin admin, List<String> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, TopicDescription> there = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> asked :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                there.put(asked.getKey(), get(asked.getValue()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        Map<String, Map<String, String>> configs = configs(admin, there.keySet());
        Map<String, TopicCheck.Found> found = new HashMap<>();
        there.forEach((topic, description) -> {
            int replication = description.partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .min()
                    .orElse(0);
            found.put(
                    topic,
                    new TopicCheck.Found(
                            topic,
                            String.valueOf(description.topicId()),
                            description.partitions().size(),
                            replication,
                            configs.getOrDefault(topic, Map.of())));
        });
        return found;
    }

    /** The configurations of topics, by topic, as far as the user may read them. */
    private static Map<String, Map<String, String>> configs(Admin admin, Set<String> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<String, Map<String, String>> configs = new HashMap<>();
        if (resources.isEmpty()) {
            return configs;
        }
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> asked :
                admin.describeConfigs(resources).values().entrySet()) {
            try {
                Map<String, String> values = new HashMap<>();
                for (ConfigEntry entry : get(asked.getValue()).entries()) {
                    if (entry.value() != null) {
                        values.put(entry.name(), entry.value());
                    }
                }
                configs.put(asked.getKey().name(), values);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw e;
                }
            }
        }
        return configs;
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(ADMIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>(settings.client());
        client.put("client.id", settings.name());
        client.put("request.timeout.ms", REQUEST_MILLIS);
        client.put("socket.connection.setup.timeout.ms", REQUEST_MILLIS);
        client.put("socket.connection.setup.timeout.max.ms", REQUEST_MILLIS);
        return client;
    }

    /**
     * A transactional producer. {@code initTransactions} fences all earlier producers of the journal. Close it with {@link
     * #close}.
     */
    Producer<byte[], byte[]> producer() {
        Map<String, Object> options = client();
        options.put("transactional.id", settings.name());
        options.put("acks", "all");
        options.put("max.block.ms", BLOCK_MILLIS);
        options.put("max.request.size", LARGEST_BYTES);
        options.putIfAbsent("compression.type", "lz4");
        boolean isCreated = false;
        int all = settings.producers().opened();
        try {
            options.put("retry.backoff.ms", Long.toString(retryMillis(all)));
            Producer<byte[], byte[]> created =
                    new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
            isCreated = true;
            return created;
        } finally {
            if (!isCreated) {
                settings.producers().closed();
            }
        }
    }

    /** For the transactions of all journals of this process in the same Kafka. */
    Turns turns() {
        return settings.producers().turns();
    }

    /** Closes a {@link #producer()} without waiting. */
    void close(Producer<byte[], byte[]> producer) {
        settings.producers().closed();
        producer.close(Duration.ZERO);
    }

    /**
     * How long a writer waits before it asks again. Brokers refuse a transaction while they still end the one before, which
     * takes them some milliseconds. That is most of what one small transaction after the other takes: 5 to 6 ms with 1 ms
     * here, 11 to 15 ms with 5 ms. With Kafka's default the producer waits for 20 ms.
     *
     * <p>For its first request in a transaction, the producer takes 20 ms if this is longer. {@link KafkaSettings.Producers}
     * limits how many of them ask at a time.
     *
     * <p>A hundred producers with 1 ms keep brokers that have become slow so busy with refusals that they stay slow. So
     * only the first producers of a process ask so often, and all of them together no more than four thousand times a second.
     *
     * @param producers how many there are in this process
     */
    static long retryMillis(int producers) {
        return Math.min(MOST_RETRY_MILLIS, 1 + RETRY_MILLIS_FOR_EACH * (producers - 1));
    }

    /** A consumer without a group, which sees only committed records. */
    Consumer<byte[], byte[]> consumer() {
        return consumer("read_committed");
    }

    /** The same, which also sees transactions that are under way. */
    Consumer<byte[], byte[]> consumerOfUncommitted() {
        return consumer("read_uncommitted");
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> options = reading();
        options.put("isolation.level", isolation);
        options.put("auto.offset.reset", "earliest");
        options.put("fetch.max.wait.ms", FETCH_WAIT_MILLIS);
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> reading() {
        Map<String, Object> options = client();
        options.put("isolation.level", "read_committed");
        options.put("enable.auto.commit", "false");
        options.put("allow.auto.create.topics", "false");
        options.put("default.api.timeout.ms", PATIENCE_MILLIS);
        options.put("request.timeout.ms", PATIENCE_MILLIS);
        options.put("max.partition.fetch.bytes", FETCH_BYTES);
        options.put("fetch.max.bytes", Integer.toString(4 << 20));
        return options;
    }

    /**
     * A member of the group of a shared subscriber. It begins nowhere by itself: its user seeks in each assigned partition.
     *
     * @param node the process's name; the coordinator shows it before a colon
     */
    Consumer<byte[], byte[]> member(String group, String node) {
        Map<String, Object> options = reading();
        options.put("client.id", node + ":" + group);
        options.put("group.id", group);
        options.put("partition.assignment.strategy", List.of(CooperativeStickyAssignor.class));
        options.put("auto.offset.reset", "none");
        options.put("session.timeout.ms", SESSION_MILLIS);
        options.put("heartbeat.interval.ms", HEARTBEAT_MILLIS);
        options.putIfAbsent("max.poll.interval.ms", REVOKE_MILLIS);
        options.put("fetch.max.wait.ms", MEMBER_WAIT_MILLIS);
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Admin admin() {
        return Admin.create(client());
    }

    /** A producer outside of the journal's transactions. It fences no writer. */
    Producer<byte[], byte[]> plainProducer() {
        Map<String, Object> options = client();
        options.put("acks", "all");
        options.put("max.block.ms", PATIENCE_MILLIS);
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The topics of the same journal as they are now. */
    Topics anew(JournalSettings journal) throws IOException, InterruptedException {
        return open(settings, journal);
    }

    /** Whether these are the same topics with the same partitions, and not others that replaced them under their names. */
    boolean areStill(Topics others) {
        return ids.equals(others.ids) && partitions.equals(others.partitions);
    }

    String name() {
        return settings.name();
    }

    /** Offsets in the order of the partitions of events; 0 where there is none. */
    long[] byPartition(Map<TopicPartition, Long> offsets) {
        return partitions.stream()
                .mapToLong(partition -> offsets.getOrDefault(partition, 0L))
                .toArray();
    }

    /**
     * By partition of the events, the offset behind the last committed record. Waits while a broker tells an end that is past,
     * as it has been suspended and does not know yet that another one leads the partition now.
     *
     * @param least by partition, an offset that the end has reached; partitions behind the last one may have any
     */
    long[] ends(Consumer<byte[], byte[]> asked, List<Long> least, Sleeper sleeper) throws InterruptedException {
        for (int look = 0; ; look++) {
            long[] ends = byPartition(asked.endOffsets(partitions));
            long missing = missing(ends, least);
            if (missing == 0) {
                return ends;
            }
            if (look == LOOKS) {
                LOG.warn(
                        "The brokers of the topic {} have {} records less than were written: they have lost them",
                        events,
                        missing);
                return ends;
            }
            sleeper.sleep(BETWEEN_LOOKS);
        }
    }

    /** How many records are missing before ends that were reached, as {@link #ends} takes them. */
    static long missing(long[] ends, List<Long> least) {
        return IntStream.range(0, Math.min(ends.length, least.size()))
                .mapToLong(number -> Math.max(0, least.get(number) - ends[number]))
                .sum();
    }

    /** The addresses of Kafka's brokers, for messages. */
    String servers() {
        return settings.servers();
    }

    /** Both topics, for messages. */
    String described() {
        return "the topics " + events + " and " + state.topic();
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
