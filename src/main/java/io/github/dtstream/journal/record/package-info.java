/**
 * A record of the journal: its format, its writing and reading, and the identifiers that detect repeated events.
 *
 * <p>Threads: encoders, lines and identifiers belong to the thread that uses them. The other classes are immutable.
 */
@NullMarked
package io.github.dtstream.journal.record;

import org.jspecify.annotations.NullMarked;
