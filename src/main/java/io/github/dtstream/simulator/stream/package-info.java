/**
 * The open streams: the waiting items of each, its filters, the framing of its records, and its end.
 *
 * <p>Threads: the thread of a stream's exchange writes it; any thread offers items. {@code StreamHub} has a lock for
 * the number of open streams, under which no other is taken.
 */
@NullMarked
package io.github.dtstream.simulator.stream;

import org.jspecify.annotations.NullMarked;
