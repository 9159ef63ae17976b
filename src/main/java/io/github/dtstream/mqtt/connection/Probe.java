package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import org.jspecify.annotations.Nullable;

/**
 * An empty message on a topic that only this client uses. It is a witness for {@link PoisonMessageDetector} if there is
 * no other message. The broker's answer shows whether it accepts messages of that QoS, retained or not.
 *
 * <p>A broker may refuse that topic, or close the connection because of it. If it seems to, no more probes are sent.
 * Not thread-safe: guarded by the lock of its connection.
 */
final class Probe {
    /** After this many links without an answer to a probe, no more probes are sent. */
    private static final int ENDS_MAX = 2;

    private final MqttTopic topic;
    private @Nullable Publication out;
    private int ends;

    /** @param clientId is part of the topic, so that it belongs to this client */
    Probe(String clientId) {
        this.topic = MqttTopic.of("dt-mqtt/" + clientId.replaceAll("[+#/\\x00]", "_") + "/probe");
    }

    /** A probe with the QoS and retain flag of the suspect; null if none must be sent. */
    @Nullable
    Publication like(Publication suspect) {
        // At QoS 0 there is no answer.
        if (ends >= ENDS_MAX || suspect.qos() == MqttQos.AT_MOST_ONCE) {
            return null;
        }
        // An empty retained message leaves nothing behind: it deletes the retained message of the topic.
        out = new Publication(topic, new byte[0], suspect.qos(), suspect.retained(), MessageProperties.NONE, null, 0);
        return out;
    }

    /** Whether the message is the probe, which the broker has accepted or refused. */
    boolean isAnswered(Publication publication, boolean taken) {
        boolean mine = publication == out;
        if (mine) {
            out = null;
            ends = taken ? 0 : ENDS_MAX;
        }
        return mine;
    }

    /** A link has ended. */
    void ended() {
        ends += out == null ? 0 : 1;
        out = null;
    }
}
