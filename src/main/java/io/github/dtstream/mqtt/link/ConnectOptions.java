package io.github.dtstream.mqtt.link;

import org.jspecify.annotations.Nullable;

/**
 * What this side asks of a broker when it connects.
 *
 * @param will what the broker is to publish when the connection breaks; null: nothing, and then nobody is told that this
 *     client is there, either
 */
public record ConnectOptions(MqttVersion version, @Nullable BirthAndWill will) {}
