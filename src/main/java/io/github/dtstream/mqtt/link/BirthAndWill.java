package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Qos;
import java.nio.charset.StandardCharsets;

/**
 * How others see whether this client is there: the will that the broker publishes when the connection breaks, and its
 * counterpart that is published on each connect.
 *
 * @param topic of both
 * @param offline payload of the will, also published on an orderly stop
 * @param online payload published on each connect
 * @param qos 0 to 2, of both
 * @param retained of both
 */
public record BirthAndWill(String topic, String offline, String online, int qos, boolean retained) {
    /** @throws IllegalArgumentException if the topic is none */
    public BirthAndWill {
        MqttTopic.of(topic);
        Qos.of(qos);
    }

    public BirthAndWill withQos(int other) {
        return new BirthAndWill(topic, offline, online, other, retained);
    }

    public Publication sayOnline() {
        return announcement(online);
    }

    /** The will too. */
    public Publication sayOffline() {
        return announcement(offline);
    }

    private Publication announcement(String payload) {
        return new Publication(
                MqttTopic.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.of(qos),
                retained,
                MessageProperties.NONE,
                null,
                0);
    }
}
