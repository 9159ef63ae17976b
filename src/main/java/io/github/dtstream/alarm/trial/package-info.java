/**
 * Tries alarm rules on past events: with the same engine, whose changes are counted instead of delivered. No threads,
 * no state that outlives a trial.
 */
@NullMarked
package io.github.dtstream.alarm.trial;

import org.jspecify.annotations.NullMarked;
