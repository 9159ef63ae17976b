/**
 * The component {@code dt-mqtt}: publishes the messages of exchanges to MQTT brokers, with many in flight, and
 * completes each exchange when the broker has acknowledged all of them.
 *
 * <p>Owns the connections to brokers, one for each set of equal options, and under {@code stateDirectory} the router's
 * identifier and the newest timestamp of each topic. An endpoint makes a producer, which uses an {@code
 * MqttConnection}. That is a connection that lasts over any number of {@code Link}s; a link is a network connection
 * that is used once. {@code PublishPipeline} decides what is sent on links, and what the end of a link means. {@code
 * Outbox} keeps messages until they have a result.
 * have an outcome.
 *
 * <p>Threads: a route's thread publishes, and waits while {@code maxPendingMessages} wait. {@code dt-mqtt-CLIENT}, the
 * event loop of one link, reports the broker's answers. {@code dt-mqtt-reconnect} opens links and detects silence.
 * {@code dt-mqtt-acknowledged-NUMBER} continues the exchanges of one producer. The event loops belong to the MQTT client. If one fails, this is
 * logged and counted, and looks like a broker that does not acknowledge; then another link is made on another thread.
 *
 * <p>Locks, in this order: the order of last values, held while an exchange is passed on, which does not wait then; the
 * lock of a connection, under which nothing blocks and no foreign code runs; the lock of the last values, under which
 * only their file is written. The monitor of {@code MqttConnections} is never held while a connection is closed.
 */
@NullMarked
package io.github.dtstream.mqtt;

import org.jspecify.annotations.NullMarked;
