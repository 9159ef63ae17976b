/**
 * Accumulated data of an alarm's values over the last hours or days: how long a condition held, and the growth of a
 * total.
 *
 * <p>No threads, no locks, no clock: the engine that owns a window uses one thread.
 */
@NullMarked
package io.github.dtstream.alarm.window;

import org.jspecify.annotations.NullMarked;
