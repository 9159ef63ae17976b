/**
 * The component {@code dt-mqtt}: publishes the messages of exchanges to MQTT brokers, many in flight, and completes each
 * exchange when the broker has acknowledged all of it.
 *
 * <p>Owns the connections to brokers, one for each set of equal options, and under {@code stateDirectory} what tells this
 * router from others and the newest timestamp of each topic. An endpoint makes a producer, that takes a share of an
 * {@code MqttConnection}: a connection that lasts over any number of {@code Link}s, each a network connection that is used
 * once. {@code PublishPipeline} decides what goes over them and what an end of one means; {@code Outbox} keeps the messages until they
 * have an outcome.
 *
 * <p>Threads: a route's thread publishes, and is held up while {@code maxPendingMessages} wait; {@code dt-mqtt-CLIENT}, the
 * event loop of one link, reports what the broker says; {@code dt-mqtt-reconnect} opens links and looks after silence;
 * {@code dt-mqtt-acknowledged} runs what follows an exchange. The event loops belong to the MQTT client: one that dies is
 * logged and counted, and shows as a broker that does not acknowledge, upon which another link is made on a thread of its own.
 *
 * <p>Locks, in this order: the order of last values, held while an exchange is handed over, also while that is held up; the
 * lock of a connection, under which nothing blocks and no code of others runs; that of the last values, a leaf, under which
 * their file is written. The monitor of {@code MqttConnections} is never held while a connection is closed.
 */
@NullMarked
package io.github.dtstream.mqtt;

import org.jspecify.annotations.NullMarked;
