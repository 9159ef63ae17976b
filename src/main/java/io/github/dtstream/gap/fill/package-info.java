/**
 * Fills gaps from the cloud's history, polls history while the stream is blocked, and reads late values again.
 *
 * <p>Threads: one worker fills gaps and reconciles; {@code Sweep}, {@code DeviceReader}, {@code KnownEvents} and {@code
 * PageStack} belong to the thread that runs them. A backfill runs on its caller's thread with objects of its own and shares
 * the budget.
 *
 * <p>Order of durability: events are on disk in the journal before the gap ledger says that their device is done. The
 * device list is on disk before the gap ledger counts devices by it.
 */
@NullMarked
package io.github.dtstream.gap.fill;

import org.jspecify.annotations.NullMarked;
