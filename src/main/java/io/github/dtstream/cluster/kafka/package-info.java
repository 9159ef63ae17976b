/**
 * A group of routers as a consumer group of Kafka, which assigns streams to its members. Needs {@code kafka-clients},
 * which is not in the jar. The entry point is {@code KafkaStreamGroup}.
 *
 * <p>Each stream has an empty topic {@code GROUP.stream.STREAM} with one partition. A node that wants the stream
 * subscribes to that topic. The group's coordinator assigns the topic to one of its subscribers. A node that gives the
 * stream up unsubscribes.
 *
 * <p>The compacted topic {@code GROUP.holders} says for each stream which node took it or gave it up last, when, and why.
 *
 * <p>Threads: each group has one thread ({@code Membership}), which owns all clients of Kafka and calls the listener. The
 * only lock, that of {@code Wishes}, is a leaf.
 */
@NullMarked
package io.github.dtstream.cluster.kafka;

import org.jspecify.annotations.NullMarked;
