/**
 * Messages to a broker, in batches, and the broker's refusals.
 *
 * <p>Threads: one thread makes a batch, and another completes it, under the lock of its connection.
 */
@NullMarked
package io.github.dtstream.mqtt.message;

import org.jspecify.annotations.NullMarked;
