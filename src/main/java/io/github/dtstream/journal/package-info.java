/**
 * The durable journal between the stream and the routes.
 *
 * <p>Threads: any thread appends ({@code AppendQueue}); one commit thread a journal writes, forces and publishes ({@code
 * CommitLoop}, {@code SegmentWriter}, {@code Retention}); each subscription is polled by one thread at a time with a reader
 * of its own ({@code JournalSubscription}, {@code RecordReader}). Locks: {@code AppendQueue}, {@code Tail}, {@code
 * Segments}, {@code CorruptRecords} and each {@code CursorFile} have one each, which are leaves; {@code Cursors} takes a
 * cursor file's under its own, and a subscription's close takes the reader's before that of {@code Cursors}.
 *
 * <p>What is synced to the device, and when: records before any subscriber sees them; a new segment's folder entry before
 * its first record counts; a new cursor when it is created, a moved one within a second and when the journal closes. So a
 * process that is killed repeats what it had not committed; a power cut may repeat a second more. Neither loses a record.
 */
@NullMarked
package io.github.dtstream.journal;

import org.jspecify.annotations.NullMarked;
