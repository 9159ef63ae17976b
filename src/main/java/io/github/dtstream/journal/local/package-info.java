/**
 * The journal in a folder of the local disk.
 *
 * <p>Threads: one commit thread a journal takes what was appended, writes, forces and publishes it ({@code CommitLoop}, {@code
 * SegmentWriter}, {@code Retention}); each subscription reads with a {@code RecordReader} of its own. Locks, beside those of
 * {@code journal.buffer}: {@code Segments}, {@code CorruptRecords} and each {@code CursorFile} have one each, which are leaves;
 * {@code Cursors} takes a cursor file's under its own, and a subscription's close takes the reader's before that of {@code
 * Cursors}.
 *
 * <p>What is synced to the device, and when: records before any subscriber sees them; a new segment's folder entry before
 * its first record counts; a new cursor when it is created, a moved one within a second and when the journal closes. So a
 * process that is killed repeats what it had not committed; a power cut may repeat a second more. Neither loses a record.
 */
@NullMarked
package io.github.dtstream.journal.local;

import org.jspecify.annotations.NullMarked;
