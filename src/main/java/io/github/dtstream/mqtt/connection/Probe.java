package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import org.jspecify.annotations.Nullable;

/**
 * An empty message of this side's own, on a topic that nobody else uses: a witness for {@link PoisonMessageDetector} where there is no
 * other message. What a broker answers to it says whether it takes anything of that QoS, retained or not.
 *
 * <p>A broker may refuse that topic, or end the connection because of it. Where a broker does so, or seems to, no more probes
 * are sent. Not thread-safe: guarded by the lock of its connection.
 */
final class Probe {
    /** How often a link may end without an answer before no more probes are sent. */
    private static final int ENDS_MAX = 2;

    private final MqttTopic topic;
    private @Nullable Publication out;
    private int ends;

    /** @param clientId makes the topic this client's own */
    Probe(String clientId) {
        this.topic = MqttTopic.of("dt-mqtt/" + clientId.replaceAll("[+#/\\x00]", "_") + "/probe");
    }

    /** One that asks as much of the broker as the suspect does; null if there is to be none. */
    @Nullable
    Publication like(Publication suspect) {
        // at QoS 0 nothing is answered
        if (ends >= ENDS_MAX || suspect.qos() == MqttQos.AT_MOST_ONCE) {
            return null;
        }
        // An empty retained message leaves nothing behind: it makes the broker forget what it has retained.
        out = new Publication(topic, new byte[0], suspect.qos(), suspect.retained(), MessageProperties.NONE, null, 0);
        return out;
    }

    /** Whether that is the probe, which the broker has taken, or refused by a word. */
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
