/**
 * The alarms of a stream, kept: a subscriber of the stream's journal that tells the engine of each event, and writes what it
 * says into a journal of its own, which routes read.
 *
 * <p>Threads: one a stream, which owns the engine; commands, the ledger of gaps and the device list hand over to it.
 */
@NullMarked
package io.github.dtstream.alarm;

import org.jspecify.annotations.NullMarked;
