/**
 * The ledger of gaps, and their filling from the cloud's history.
 *
 * <p>Threads: any thread changes the ledger, under its one lock, which is a leaf but for the listener called under it. One
 * worker fills gaps and reconciles; {@code Sweep}, {@code DeviceReader}, {@code KnownEvents} and {@code PageStack} belong to
 * the thread that runs them. A backfill runs on its caller's thread with objects of its own and shares the budget.
 *
 * <p>Order of durability: events are on disk in the journal before the ledger says that their device is done; the device
 * list is on disk before the ledger counts in it.
 */
@NullMarked
package io.github.dtstream.gap;

import org.jspecify.annotations.NullMarked;
