/**
 * Tries alarm rules on what the journal holds: the same engine, whose changes are counted instead of told. No threads, no
 * state that outlives a trial.
 */
@NullMarked
package io.github.dtstream.alarm.trial;

import org.jspecify.annotations.NullMarked;
