/**
 * The files of alarm rules, as their users write them: reading them, with errors, their places and what to write
 * instead; and the schema with which an editor completes them.
 *
 * <p>Threads: pure functions; nothing here has state.
 */
@NullMarked
package io.github.dtstream.alarm.file;

import org.jspecify.annotations.NullMarked;
