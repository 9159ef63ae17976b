/**
 * The streams that are open: what waits for each, which events it wants, how its records are framed, and how it ends.
 *
 * <p>Threads: each stream is written by the thread of its exchange; what it is to write is offered by any. {@code StreamHub} has
 * a lock, a leaf, for how many may be open.
 */
@NullMarked
package io.github.dtstream.simulator.stream;

import org.jspecify.annotations.NullMarked;
