package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.SharedStatus.Partition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers regularly which process reads which partition, and how far it is, without waiting for the answers.
 * Used by one thread.
 */
final class GroupView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupView.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(3).toNanos();

    private final Topics topics;
    private final String group;
    private final Admin admin;
    private @Nullable Asked asked;
    private long askedNanos;
    private boolean wasAsked;

    private record Asked(
            KafkaFuture<ConsumerGroupDescription> members,
            KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> cursors,
            KafkaFuture<Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo>> ends) {
        private boolean isDone() {
            return members.isDone() && cursors.isDone() && ends.isDone();
        }
    }

    GroupView(Topics topics, String group) {
        this.topics = topics;
        this.group = group;
        admin = topics.admin();
    }

    /** The new answer; null if there is none yet. */
    @Nullable
    List<Partition> turn(long nanos) throws InterruptedException {
        Asked waiting = asked;
        if (waiting == null) {
            if (!wasAsked || nanos - askedNanos >= INTERVAL_NANOS) {
                wasAsked = true;
                askedNanos = nanos;
                asked = ask();
            }
            return null;
        }
        if (!waiting.isDone()) {
            return null;
        }
        asked = null;
        try {
            return partitions(
                    waiting.members().get(),
                    waiting.cursors().get(),
                    waiting.ends().get());
        } catch (ExecutionException e) {
            LOG.debug("The brokers do not say who reads what in the group {}: {}", group, e.toString());
            return null;
        }
    }

    private Asked ask() {
        ListConsumerGroupOffsetsResult cursors = admin.listConsumerGroupOffsets(group);
        return new Asked(
                Objects.requireNonNull(admin.describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .get(group)),
                cursors.partitionsToOffsetAndMetadata(),
                admin.listOffsets(
                                topics.partitions().stream()
                                        .collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest())),
                                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }

    private List<Partition> partitions(
            ConsumerGroupDescription members,
            Map<TopicPartition, OffsetAndMetadata> cursors,
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends) {
        Map<TopicPartition, String> nodes = new HashMap<>();
        for (MemberDescription member : members.members()) {
            // the client's identifier is NODE:GROUP
            String node = member.clientId().replaceFirst(":.*", "");
            member.assignment().topicPartitions().forEach(partition -> nodes.put(partition, node));
        }
        return topics.partitions().stream()
                .map(partition -> {
                    OffsetAndMetadata cursor = cursors.get(partition);
                    ListOffsetsResult.ListOffsetsResultInfo end = ends.get(partition);
                    long lag = cursor == null || end == null ? -1 : Math.max(0, end.offset() - cursor.offset());
                    return new Partition(partition.partition(), nodes.get(partition), lag);
                })
                .toList();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
