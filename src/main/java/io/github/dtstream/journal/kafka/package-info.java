/**
 * Journals in topics of Kafka ({@code src/main/docs/scale.md}). Needs {@code kafka-clients}, which is not in the jar;
 * {@code KafkaLoader} loads this package together with it.
 *
 * <p>Records are in the topic {@code NAME.events}; all records of a device are in one partition. The compacted topic
 * {@code NAME.state} holds what opening the journal needs: the writer, the next number, until when everything was
 * received, the cursors, and the state that is kept with the events. One transaction writes both topics. Its {@code
 * transactional.id} is {@code NAME}; its epoch fences earlier writers.
 *
 * <p>Threads: each journal has one commit thread, which owns the producer ({@code TopicCommits}). Each subscription reads
 * with its own consumer ({@code TopicReader}).
 *
 * <p>Locks, in addition to those of {@code journal.buffer}: {@code TopicCursors} and {@code TopicState} have one each,
 * under which the append queue's lock is taken. The lock of {@code SkippedRecords} is a leaf.
 */
@NullMarked
package io.github.dtstream.journal.kafka;

import org.jspecify.annotations.NullMarked;
