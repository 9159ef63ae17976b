/**
 * The gap ledger: spans of time for which nothing proves that everything was received.
 *
 * <p>Threads: any thread changes the gap ledger, under its one lock. Only the listener is called under that lock.
 */
@NullMarked
package io.github.dtstream.gap;

import org.jspecify.annotations.NullMarked;
