/**
 * A journal's part in memory, which does not know where records are kept: what was appended and is not durable yet, the newest
 * that is, and the subscription that reads both that and, by a {@link io.github.dtstream.journal.buffer.PastReader}, what is older.
 *
 * <p>Threads: any thread appends ({@code AppendQueue}); the one that writes takes, and publishes ({@code Tail}); each
 * subscription is polled by one thread at a time with a reader of its own. Locks: {@code AppendQueue} and {@code Tail} have one
 * each, which are leaves; a subscription's close takes its reader's.
 */
@NullMarked
package io.github.dtstream.journal.buffer;

import org.jspecify.annotations.NullMarked;
