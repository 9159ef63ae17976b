/**
 * A group of routers as a consumer group of Kafka, which assigns streams to its members. Needs {@code kafka-clients}, which is not in the jar.
 *
 * <p>Each stream has an empty topic {@code GROUP.stream.STREAM} of one partition: a node that can take the stream subscribes to it, the group's coordinator assigns it to one of those that do, and a node that gives a stream up unsubscribes. The
 * compacted topic {@code GROUP.holders} has, by stream, who took it or gave it up last, when, and why.
 *
 * <p>Threads: one a group ({@code Membership}) has all clients of Kafka and calls the listener. Enter by {@code KafkaStreamGroup}. The
 * one lock, that of {@code Wishes}, is a leaf.
 */
@NullMarked
package io.github.dtstream.cluster.kafka;

import org.jspecify.annotations.NullMarked;
