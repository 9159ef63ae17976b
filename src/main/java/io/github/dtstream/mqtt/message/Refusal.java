package io.github.dtstream.mqtt.message;

import org.jspecify.annotations.Nullable;

/**
 * The refusal of one message.
 *
 * @param index the index of the message in the list, from 0
 * @param topic the message's topic; null if it had none
 * @param code the MQTT 5 reason code, 0x80 to 0xFF; 0 if the message was refused before it was sent
 * @param reason one sentence
 * @param permanent whether it would be refused again
 */
public record Refusal(int index, @Nullable String topic, int code, String reason, boolean permanent) {}
