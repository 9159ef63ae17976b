/**
 * One network connection to a broker, of MQTT 5.0 or 3.1.1, over the HiveMQ client: addresses, TLS, limits, reason codes.
 * What the two versions call differently has one name from here on.
 *
 * <p>Threads: the library's own report to the {@code Link}'s listener; nothing here locks.
 */
@NullMarked
package io.github.dtstream.mqtt.link;

import org.jspecify.annotations.NullMarked;
