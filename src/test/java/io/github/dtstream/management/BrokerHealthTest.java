package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.mqtt.connection.MqttStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Health's report about a broker. */
class BrokerHealthTest {
    private static Health health(boolean connected, Duration unanswered, boolean responsive, String restriction) {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        return PartHealth.ofBroker(new MqttStatus(
                connected,
                since,
                "tcp://b:1883",
                "c",
                3,
                4,
                5,
                0,
                0,
                "gone",
                since,
                unanswered,
                responsive,
                restriction));
    }

    @Test
    void isUpWhileTheBrokerAnswers() {
        Health health = health(true, null, true, null);

        assertThat(health.status()).isEqualTo(Health.Status.UP);
        assertThat(health.message()).isEqualTo("Connected to tcp://b:1883 since 2026-01-01T00:00:00Z, 7 messages wait");
    }

    @Test
    void tellsOfASilenceBeforeItIsTooLong() {
        Health health = health(true, Duration.ofSeconds(34), true, null);

        assertThat(health.status()).isEqualTo(Health.Status.UP);
        assertThat(health.message()).contains("it has acknowledged nothing for 34");
    }

    @Test
    void isDownWhereANewConnectionIsNotAnsweredEither() {
        Health health = health(true, Duration.ofSeconds(95), false, null);

        assertThat(health.status()).isEqualTo(Health.Status.DOWN);
        assertThat(health.message()).contains("acknowledged nothing for", "although the connection was made anew");
    }

    @Test
    void tellsWhatTheBrokerDoesNotTake() {
        assertThat(health(true, null, true, "messages are sent at QoS 0").message())
                .endsWith("; messages are sent at QoS 0");
    }

    @Test
    void isDownWhileTheBrokerIsAway() {
        assertThat(health(false, null, true, null).status()).isEqualTo(Health.Status.DOWN);
    }
}
