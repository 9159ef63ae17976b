/**
 * Messages on their way to a broker, in batches, and what a broker said of those that it did not take.
 *
 * <p>Threads: batches are made by one and completed by another thread, guarded by the lock of their connection.
 */
@NullMarked
package io.github.dtstream.mqtt.message;

import org.jspecify.annotations.NullMarked;
