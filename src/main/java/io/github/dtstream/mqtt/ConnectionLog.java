package io.github.dtstream.mqtt;

import io.github.dtstream.mqtt.Link.LinkEnd;
import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a connection tells its operator: once when something changes, not once an attempt. */
final class ConnectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    private final MqttSettings settings;

    ConnectionLog(MqttSettings settings) {
        this.settings = settings;
    }

    /** @param away how long the broker was; null if it was there at the first attempt */
    void connected(@Nullable Duration away, int pending) {
        LOG.info(
                "Connected to MQTT broker {} as {}{}; {} messages wait",
                settings.broker(),
                settings.clientId(),
                away == null ? "" : "; it was away for " + ReadableDuration.of(away),
                pending);
    }

    void refused(Refusal refusal) {
        LOG.warn(
                "MQTT broker {}: message for topic '{}' not taken: {}",
                settings.broker(),
                refusal.topic(),
                refusal.reason());
    }

    /** @param failures attempts that failed in a row, this one included; zero if the connection had held */
    void closed(LinkEnd end, boolean wasConnected, int failures, int pending, Duration delay) {
        String next = delay.isZero() ? "at once" : "in " + delay.toMillis() + " ms";
        if (end.kind() != LinkEnd.Kind.LOST) {
            LOG.error(
                    "MQTT broker {} does not take this client, {}: {}. {} messages wait; next attempt {}",
                    settings.broker(),
                    settings.clientId(),
                    end.reason(),
                    pending,
                    next);
        } else if (wasConnected) {
            LOG.warn(
                    "Connection to MQTT broker {} lost: {}. {} messages wait; next attempt {}",
                    settings.broker(),
                    end.reason(),
                    pending,
                    next);
        } else if (failures == 1) {
            LOG.warn(
                    "MQTT broker {} cannot be reached: {}. {} messages wait; next attempt {}, and so on until it is there",
                    settings.broker(),
                    end.reason(),
                    pending,
                    next);
        } else {
            LOG.debug(
                    "MQTT broker {} cannot be reached: {}. Attempt {}; next {}",
                    settings.broker(),
                    end.reason(),
                    failures,
                    next);
        }
    }
}
