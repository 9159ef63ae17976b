package io.github.dtstream.mqtt.message;

import org.jspecify.annotations.Nullable;

/**
 * Why one message was not taken.
 *
 * @param index of the message in the list that was given, from 0
 * @param topic it was to be published on, as given; null where there was none
 * @param code the MQTT 5 reason code, 0x80 to 0xFF; 0 where the message was refused before it was sent
 * @param reason one sentence
 * @param permanent whether it would be refused again
 */
public record Refusal(int index, @Nullable String topic, int code, String reason, boolean permanent) {}
