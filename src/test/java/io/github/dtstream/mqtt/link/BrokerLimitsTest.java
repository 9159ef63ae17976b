package io.github.dtstream.mqtt.link;

import static com.hivemq.client.mqtt.datatypes.MqttQos.AT_LEAST_ONCE;
import static com.hivemq.client.mqtt.datatypes.MqttQos.AT_MOST_ONCE;
import static com.hivemq.client.mqtt.datatypes.MqttQos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokerLimitsTest {
    private static final BrokerLimits NONE = BrokerLimits.none(100);

    @Test
    void lowersNothingWhereTheBrokerSaysNothing() {
        assertThat(NONE.qos(EXACTLY_ONCE)).isEqualTo(EXACTLY_ONCE);
        assertThat(NONE.qos(AT_MOST_ONCE)).isEqualTo(AT_MOST_ONCE);
        assertThat(NONE.retained(true)).isTrue();
        assertThat(NONE.retained(false)).isFalse();
    }

    @Test
    void sendsAtTheHighestQualityOfServiceThatTheBrokerTakes() {
        BrokerLimits lower = NONE.withLowerQos();

        assertThat(lower.qos(EXACTLY_ONCE)).isEqualTo(AT_LEAST_ONCE);
        assertThat(lower.qos(AT_MOST_ONCE)).isEqualTo(AT_MOST_ONCE);
        assertThat(lower.withLowerQos().qos(EXACTLY_ONCE)).isEqualTo(AT_MOST_ONCE);
        assertThat(lower.withLowerQos().withLowerQos().qos(EXACTLY_ONCE)).isEqualTo(AT_MOST_ONCE);
        assertThat(lower.window()).isEqualTo(100);
        assertThat(lower.retained(true)).isTrue();
    }

    @Test
    void retainsNothingAtABrokerThatDoesNot() {
        BrokerLimits without = NONE.withoutRetain();

        assertThat(without.retained(true)).isFalse();
        assertThat(without.qos(EXACTLY_ONCE)).isEqualTo(EXACTLY_ONCE);
        assertThat(without.window()).isEqualTo(100);
    }

    /** The limits of CONNACK and of earlier refusals. */
    @Test
    void keepsToAllThatABrokerHasSaid() {
        BrokerLimits said = new BrokerLimits(20, EXACTLY_ONCE, false);
        BrokerLimits learnt = new BrokerLimits(50, AT_LEAST_ONCE, true);
        BrokerLimits both = new BrokerLimits(20, AT_LEAST_ONCE, false);

        assertThat(said.and(learnt)).isEqualTo(both);
        assertThat(learnt.and(said)).isEqualTo(both);
    }
}
