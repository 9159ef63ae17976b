/**
 * The component {@code dt-alarm}: the alarm journal of a stream as batches, and the services that write it.
 *
 * <p>Threads: {@code RunningAlarms} has a turn for each stream, under which the stream's alarms are opened and consumers
 * are attached, and one lock, which is a leaf. A turn is taken before a consumer's lock.
 */
@NullMarked
package io.github.dtstream.camel.alarm;

import org.jspecify.annotations.NullMarked;
