/**
 * One network connection to a broker, with MQTT 5.0 or 3.1.1, over the HiveMQ client: addresses, TLS, limits, reason
 * codes. This package hides the differences between the two versions.
 *
 * <p>Threads: the library's own threads call the {@code Link}'s listener; nothing here locks.
 */
@NullMarked
package io.github.dtstream.mqtt.link;

import org.jspecify.annotations.NullMarked;
