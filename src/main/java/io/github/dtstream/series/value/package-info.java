/**
 * The values of a series as they are handed over: which series, its values one by one, and those of a span in order of time.
 *
 * <p>No threads, no locks, no I/O.
 */
@NullMarked
package io.github.dtstream.series.value;

import org.jspecify.annotations.NullMarked;
