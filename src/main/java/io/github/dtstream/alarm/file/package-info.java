/**
 * The files of alarm rules, as their users write them: read into rules, with what is wrong at which place and what to write
 * instead; and the schema by which an editor completes them.
 *
 * <p>Threads: pure functions; nothing here has a state.
 */
@NullMarked
package io.github.dtstream.alarm.file;

import org.jspecify.annotations.NullMarked;
