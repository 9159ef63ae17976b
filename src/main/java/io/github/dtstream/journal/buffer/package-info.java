/**
 * A journal's part in memory, independent of where records are stored: the records that are not durable yet, the newest
 * durable records, the subscription, and what was read ahead of a journal that is not open ({@code ReadAheads}). It reads the newest here, and older ones by a {@link
 * io.github.dtstream.journal.buffer.PastReader}.
 *
 * <p>Threads: any thread appends ({@code AppendQueue}). The writing thread takes, and publishes ({@code Tail}). Each
 * subscription is polled by one thread at a time, with its own reader. Locks: {@code AppendQueue} and {@code Tail} have
 * one each, under which only the memory budget's may be taken. A subscription's close takes its reader's lock.
 */
@NullMarked
package io.github.dtstream.journal.buffer;

import org.jspecify.annotations.NullMarked;
