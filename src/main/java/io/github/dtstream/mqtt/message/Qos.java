package io.github.dtstream.mqtt.message;

import com.hivemq.client.mqtt.datatypes.MqttQos;

/** Converts the quality of service of options and headers. */
public final class Qos {
    private Qos() {}

    /** @throws IllegalArgumentException if it is not 0, 1 or 2 */
    public static MqttQos of(int qos) {
        MqttQos known = MqttQos.fromCode(qos);
        if (known == null) {
            throw new IllegalArgumentException("QoS " + qos + " does not exist; there are 0, 1 and 2");
        }
        return known;
    }
}
