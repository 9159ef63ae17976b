/**
 * Who is notified of alarms, and when: alarms that belong together share a notification, and a flood is one. No
 * threads, no locks, no clock, no I/O. Not thread-safe; the engine uses it with its own thread.
 */
@NullMarked
package io.github.dtstream.alarm.notification;

import org.jspecify.annotations.NullMarked;
