/**
 * The ledger of gaps: spans of time for which nothing proves that everything was received.
 *
 * <p>Threads: any thread changes the ledger, under its one lock, which is a leaf but for the listener called under it.
 */
@NullMarked
package io.github.dtstream.gap;

import org.jspecify.annotations.NullMarked;
