/**
 * What is said of alarms, to the engine and by it: which alarm, where it stands, what people and the gap ledger say, and the
 * changes that the alarm journal holds.
 *
 * <p>Values without threads or locks; {@code AlarmRulesHost} says of itself who calls it.
 */
@NullMarked
package io.github.dtstream.alarm.change;

import org.jspecify.annotations.NullMarked;
