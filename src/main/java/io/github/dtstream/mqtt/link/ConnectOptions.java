package io.github.dtstream.mqtt.link;

import org.jspecify.annotations.Nullable;

/**
 * The options of a connect.
 *
 * @param will the will; null for none, and then this client does not announce its presence
 */
public record ConnectOptions(MqttVersion version, @Nullable BirthAndWill will) {}
