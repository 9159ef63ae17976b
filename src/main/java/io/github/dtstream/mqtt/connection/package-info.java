/**
 * One connection to a broker as its users see it: publishing in a pipeline, acknowledgements, reconnecting, and finding the
 * message that makes a broker hang up.
 *
 * <p>Threads: routes' threads hand batches over and wait, the client library's threads report, and a timer's threads look
 * after what is late. {@code MqttConnection} has one lock, which guards all other classes here; what they complete runs
 * after it is released.
 */
@NullMarked
package io.github.dtstream.mqtt.connection;

import org.jspecify.annotations.NullMarked;
