/**
 * What raises and clears alarms: a pure function of the journal's records, and of the inputs of
 * people and the gap ledger, in the order of the calls. No threads, no locks, no clock, no I/O. Not thread-safe; its
 * owner uses one thread.
 */
@NullMarked
package io.github.dtstream.alarm.engine;

import org.jspecify.annotations.NullMarked;
