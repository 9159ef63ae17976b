package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.datatypes.MqttQos;

/**
 * What a broker takes of this side, as it says in CONNACK or by the reason for which it refuses. The longest packet and
 * topic aliases are not here: the HiveMQ client keeps to those by itself.
 *
 * @param window how many messages there may be without an outcome
 * @param maximumQos the highest quality of service that it takes
 * @param retainAvailable whether it retains messages
 */
public record BrokerLimits(int window, MqttQos maximumQos, boolean retainAvailable) {

    /** As long as a broker has not said anything else. */
    public static BrokerLimits none(int window) {
        return new BrokerLimits(window, MqttQos.EXACTLY_ONCE, true);
    }

    /** What both allow. */
    public BrokerLimits and(BrokerLimits other) {
        return new BrokerLimits(
                Math.min(window, other.window),
                lower(maximumQos, other.maximumQos),
                retainAvailable && other.retainAvailable);
    }

    /** The same without the highest quality of service. */
    public BrokerLimits withLowerQos() {
        return new BrokerLimits(
                window,
                maximumQos == MqttQos.EXACTLY_ONCE ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE,
                retainAvailable);
    }

    public BrokerLimits withoutRetain() {
        return new BrokerLimits(window, maximumQos, false);
    }

    /** The quality of service at which a message is sent that was to have another. */
    public MqttQos qos(MqttQos wanted) {
        return lower(wanted, maximumQos);
    }

    /** Whether a message is retained that was to be, or not. */
    public boolean retained(boolean wanted) {
        return wanted && retainAvailable;
    }

    private static MqttQos lower(MqttQos one, MqttQos other) {
        return one.getCode() < other.getCode() ? one : other;
    }
}
