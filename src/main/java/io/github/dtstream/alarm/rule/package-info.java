/**
 * Alarm rules, the content of {@code alarms.yaml} as values. Immutable, no threads, no state.
 */
@NullMarked
package io.github.dtstream.alarm.rule;

import org.jspecify.annotations.NullMarked;
