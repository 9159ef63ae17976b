/**
 * What raises and clears alarms, and who is told: a pure function of the journal's records and of what people and the gap
 * ledger say, in the order in which it is told of them. No threads, no locks, no clock, no I/O; not thread-safe, its owner uses
 * one thread.
 */
@NullMarked
package io.github.dtstream.alarm.engine;

import org.jspecify.annotations.NullMarked;
