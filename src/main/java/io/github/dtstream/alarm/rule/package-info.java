/**
 * Alarm rules: what {@code alarms.yaml} says, as values. Immutable, no threads, no state.
 */
@NullMarked
package io.github.dtstream.alarm.rule;

import org.jspecify.annotations.NullMarked;
