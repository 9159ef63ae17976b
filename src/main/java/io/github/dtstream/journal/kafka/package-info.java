/**
 * The journals in topics of Kafka ({@code src/main/docs/scale.md}). Needs {@code kafka-clients}, which is not in the jar; who opens
 * journals loads this package beside it.
 *
 * <p>Records are in {@code NAME.events}, each device's in one partition; what must be known when the journal is opened is in the
 * compacted {@code NAME.state}: who writes, the next number, until when all was received, cursors, the state beside the events. Both are written in one
 * transaction, and the epoch of its identifier {@code NAME} fences who wrote before.
 *
 * <p>Threads: one commit thread a journal has the producer ({@code TopicCommits}); each subscription reads with a consumer of its
 * own ({@code TopicReader}). Locks, beside those of {@code journal.buffer}: {@code TopicCursors} and {@code
 * TopicState} have one each, under which the append queue's is taken; that of {@code SkippedRecords} is a leaf.
 */
@NullMarked
package io.github.dtstream.journal.kafka;

import org.jspecify.annotations.NullMarked;
