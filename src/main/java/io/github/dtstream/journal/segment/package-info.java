/**
 * The journal's files: writing, reading, finding a place in them, and recovering after a crash.
 *
 * <p>Threads: the commit thread writes; each subscription reads with objects of its own. {@code Segments} and {@code
 * CorruptRecords} have a lock each, leaves.
 */
@NullMarked
package io.github.dtstream.journal.segment;

import org.jspecify.annotations.NullMarked;
