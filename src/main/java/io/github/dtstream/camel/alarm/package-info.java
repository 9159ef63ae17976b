/**
 * The component {@code dt-alarm}: the alarm journal of a stream as batches, and the services that write it.
 *
 * <p>Threads: {@code RunningAlarms} has one lock. It is taken before a consumer's lock.
 */
@NullMarked
package io.github.dtstream.camel.alarm;

import org.jspecify.annotations.NullMarked;
