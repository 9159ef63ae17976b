/**
 * The journal in a folder of the local disk.
 *
 * <p>Threads: one commit thread per journal takes appended records, writes, forces and publishes them ({@code
 * CommitLoop}, {@code SegmentWriter}, {@code Retention}). Each subscription reads with its own {@code RecordReader}.
 * Locks, in addition to those of {@code journal.buffer}: {@code Segments}, {@code CorruptRecords} and each {@code
 * CursorFile} have one each, and take no other lock under it. {@code Cursors} takes a cursor file's lock under its own.
 * A subscription's close takes the reader's lock before that of {@code Cursors}.
 *
 * <p>Syncs to the device: records before any subscriber sees them; a new segment's folder entry before its first record
 * counts; a new cursor when it is created; a moved cursor within a second, and when the journal closes. So after a
 * killed process, uncommitted records are repeated; after a power cut, also those of a second before. Neither loses a
 * record.
 */
@NullMarked
package io.github.dtstream.journal.local;

import org.jspecify.annotations.NullMarked;
