/**
 * The inputs and outputs of the engine: the alarm and its state, inputs of people and the gap ledger, and the changes
 * in the alarm journal.
 *
 * <p>Values without threads or locks. {@code AlarmRulesHost} documents its own callers.
 */
@NullMarked
package io.github.dtstream.alarm.change;

import org.jspecify.annotations.NullMarked;
