/**
 * The blocks of a series' values on disk, derived from the journal: their format, writing, reading, and the folder in which they
 * are; and the open block in memory, from which the next one is written.
 *
 * <p>No threads of its own and no locks: one thread writes, and the lock of the index guards the open block.
 */
@NullMarked
package io.github.dtstream.series.block;

import org.jspecify.annotations.NullMarked;
