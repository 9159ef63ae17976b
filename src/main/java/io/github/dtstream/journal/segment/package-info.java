/**
 * The journal's files: writing, reading, searching, and recovery after a crash.
 *
 * <p>Threads: the commit thread writes; each subscription reads with its own objects. {@code Segments} and {@code
 * CorruptRecords} have a lock each, and take no other lock under it.
 */
@NullMarked
package io.github.dtstream.journal.segment;

import org.jspecify.annotations.NullMarked;
