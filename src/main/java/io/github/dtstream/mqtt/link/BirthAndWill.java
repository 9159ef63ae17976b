package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Qos;
import java.nio.charset.StandardCharsets;

/**
 * Announces whether this client is online: the will, which the broker publishes when the connection breaks, and a
 * message that is published on each connect.
 *
 * @param topic the topic of both messages
 * @param offline the payload of the will, also published on an orderly stop
 * @param online the payload on each connect
 * @param qos the quality of service of both messages, 0 to 2
 * @param retained whether both messages are retained
 */
public record BirthAndWill(String topic, String offline, String online, int qos, boolean retained) {
    /** @throws IllegalArgumentException if the topic is not valid */
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

    /** The message of an orderly stop, equal to the will. */
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
