package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.datatypes.MqttQos;

/**
 * The limits of a broker, from CONNACK or from the reason of a refusal. The packet size and topic aliases are not here:
 * the HiveMQ client respects those limits itself.
 *
 * @param window how many messages may be in flight
 * @param maximumQos the highest quality of service that it accepts
 * @param retainAvailable whether it retains messages
 */
public record BrokerLimits(int window, MqttQos maximumQos, boolean retainAvailable) {

    /** The limits until the broker has named others. */
    public static BrokerLimits none(int window) {
        return new BrokerLimits(window, MqttQos.EXACTLY_ONCE, true);
    }

    /** The stricter of both limits. */
    public BrokerLimits and(BrokerLimits other) {
        return new BrokerLimits(
                Math.min(window, other.window),
                lower(maximumQos, other.maximumQos),
                retainAvailable && other.retainAvailable);
    }

    /** The same limits without the highest quality of service. */
    public BrokerLimits withLowerQos() {
        return new BrokerLimits(
                window,
                maximumQos == MqttQos.EXACTLY_ONCE ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE,
                retainAvailable);
    }

    public BrokerLimits withoutRetain() {
        return new BrokerLimits(window, maximumQos, false);
    }

    /** The quality of service with which a message is sent, at most the wanted one. */
    public MqttQos qos(MqttQos wanted) {
        return lower(wanted, maximumQos);
    }

    /** Whether a message is sent as retained, if that is wanted. */
    public boolean retained(boolean wanted) {
        return wanted && retainAvailable;
    }

    private static MqttQos lower(MqttQos one, MqttQos other) {
        return one.getCode() < other.getCode() ? one : other;
    }
}
