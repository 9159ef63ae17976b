/**
 * A record of the journal: how it stands on disk, how it is written and read back, and the identifiers that tell a repeated
 * event.
 *
 * <p>Threads: encoders, lines and identifiers belong to the thread that uses them; the rest is immutable.
 */
@NullMarked
package io.github.dtstream.journal.record;

import org.jspecify.annotations.NullMarked;
