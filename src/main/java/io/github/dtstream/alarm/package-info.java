/**
 * What alarm routes remember between events.
 *
 * <p>Threads: those of the routes that ask. {@code Alarms} has one lock, a leaf.
 */
@NullMarked
package io.github.dtstream.alarm;

import org.jspecify.annotations.NullMarked;
