package io.github.dtstream.cluster.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the Kafka clients of a node. Immutable. */
final class Clients {
    /** How long a call waits for the brokers. It blocks the group's thread, but no other node. */
    static final int PATIENCE_MILLIS = 3000;

    private static final long ADMIN_MILLIS = 30_000;

    /** The shortest session that brokers allow by default. The group notices a dead node after this time. */
    private static final String SESSION_MILLIS = "6000";

    /** A node learns of a rebalance with its next heartbeat. */
    private static final String HEARTBEAT_MILLIS = "200";

    /** How long the group waits for a node that has to give up a stream. */
    private static final String REVOKE_MILLIS = "30000";

    private final GroupSettings settings;

    Clients(GroupSettings settings) {
        this.settings = settings;
    }

    String group() {
        return settings.group();
    }

    String node() {
        return settings.node();
    }

    /** The topic that stands for a stream in assignments. Names of streams have no dot. */
    String topicOf(String stream) {
        return settings.group() + ".stream." + stream.replace('/', '.').replace(':', '.');
    }

    TopicPartition holders() {
        return new TopicPartition(settings.group() + ".holders", 0);
    }

    /**
     * Creates the group's topic if it does not exist.
     *
     * @throws IOException if Kafka does not answer, or refuses
     */
    void createTopic() throws IOException, InterruptedException {
        try (Admin admin = admin()) {
            create(admin, Set.of(holders().topic()), ADMIN_MILLIS);
        }
    }

    /**
     * Creates the topics that do not exist, each with one partition.
     *
     * @throws IOException if Kafka does not answer, or refuses
     */
    void create(Admin admin, Set<String> topics, long patienceMillis) throws IOException, InterruptedException {
        Map<String, KafkaFuture<Void>> asked = admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic, 1, settings.replication())
                                .configs(Map.of("cleanup.policy", "compact", "segment.ms", "3600000")))
                        .toList())
                .values();
        for (Map.Entry<String, KafkaFuture<Void>> one : asked.entrySet()) {
            try {
                one.getValue().get(patienceMillis, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                boolean isThere = e.getCause() instanceof TopicExistsException
                        || e.getCause() instanceof TopicAuthorizationException && isThere(admin, one.getKey());
                if (!isThere) {
                    throw notHad(one.getKey(), e);
                }
            } catch (TimeoutException e) {
                throw notHad(one.getKey(), e);
            }
        }
    }

    /** Whether a topic exists that this user may not create: Kafka checks the permission first. */
    private static boolean isThere(Admin admin, String topic) throws InterruptedException {
        try {
            admin.describeTopics(Set.of(topic)).allTopicNames().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static IOException notHad(String topic, Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String what = "the topic " + topic + " cannot be created: ";
        return new IOException(
                what + (cause instanceof TopicAuthorizationException ? needs(Set.of(topic)) : cause.getMessage()),
                failure);
    }

    private static String needs(Set<String> topics) {
        return "the user of Kafka needs Read, Write, Describe and Create of " + topics
                + ", but not Create if the topic exists";
    }

    /** The same failure, with a message that names the permission that is missing. */
    static IllegalStateException explained(AuthorizationException failure) {
        String what = "this router may not join its group: " + failure.getMessage();
        if (failure instanceof GroupAuthorizationException refused) {
            what = "this router may not join the group " + refused.groupId()
                    + ": the user of Kafka needs Read and Describe of the group " + refused.groupId();
        } else if (failure instanceof TopicAuthorizationException refused) {
            what = "this router may not use the topics of its group: " + needs(refused.unauthorizedTopics());
        }
        return new IllegalStateException(what, failure);
    }

    private Map<String, Object> client(String suffix) {
        Map<String, Object> options = new HashMap<>(settings.client());
        options.put("client.id", settings.node() + suffix);
        return options;
    }

    Admin admin() {
        return Admin.create(client("-group"));
    }

    /**
     * A member of the group. Its client identifier is the node's name. It is not a static member: a static member that
     * stops keeps its streams until its session ends.
     *
     * @param wishes for which streams the node is ready
     */
    Consumer<byte[], byte[]> member(Wishes wishes) {
        Map<String, Object> options = client("");
        options.put("group.id", settings.group());
        options.put("partition.assignment.strategy", List.of(ReadyFirstAssignor.class));
        options.put(ReadyFirstAssignor.WISHES, wishes);
        options.put("session.timeout.ms", SESSION_MILLIS);
        options.put("heartbeat.interval.ms", HEARTBEAT_MILLIS);
        options.put("max.poll.interval.ms", REVOKE_MILLIS);
        return consumer(options);
    }

    /** A reader of the group's topic, from the beginning. */
    Consumer<byte[], byte[]> reader() {
        Consumer<byte[], byte[]> reader = consumer(client("-holders"));
        reader.assign(List.of(holders()));
        reader.seekToBeginning(List.of(holders()));
        return reader;
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> options) {
        options.put("enable.auto.commit", "false");
        options.put("auto.offset.reset", "earliest");
        options.put("allow.auto.create.topics", "false");
        options.put("default.api.timeout.ms", Integer.toString(PATIENCE_MILLIS));
        options.put("request.timeout.ms", Integer.toString(PATIENCE_MILLIS));
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Producer<byte[], byte[]> writer() {
        Map<String, Object> options = client("-holders");
        options.put("acks", "all");
        options.put("max.block.ms", Integer.toString(PATIENCE_MILLIS));
        options.put("delivery.timeout.ms", Integer.toString(PATIENCE_MILLIS));
        options.put("request.timeout.ms", Integer.toString(PATIENCE_MILLIS));
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
