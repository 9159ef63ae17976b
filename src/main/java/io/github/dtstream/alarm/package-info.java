/**
 * The alarms of a stream with their storage: a subscriber of the stream's journal that passes each event to the engine,
 * and writes the results to the alarm journal, which routes read.
 *
 * <p>Threads: one for each stream, which owns the engine. Commands, the gap ledger and the device list send requests to
 * it.
 */
@NullMarked
package io.github.dtstream.alarm;

import org.jspecify.annotations.NullMarked;
