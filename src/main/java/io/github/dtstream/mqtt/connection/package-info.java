/**
 * One connection to a broker for its users: publishing in a pipeline, acknowledgements, reconnecting, and finding the
 * message that makes a broker close the connection.
 *
 * <p>Threads: routes' threads pass batches and wait, the client library's threads report, and timer threads detect what
 * is late. {@code MqttConnection} has one lock, which guards all other classes here. Completions run after it is
 * released.
 */
@NullMarked
package io.github.dtstream.mqtt.connection;

import org.jspecify.annotations.NullMarked;
