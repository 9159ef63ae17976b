package io.github.dtstream.mqtt.connection;

import io.github.dtstream.mqtt.link.BirthAndWill;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.GrowingDistance;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a connection's changes for an operator: once per change, not once per attempt; and refused messages, each reason code at
 * growing intervals. A broker may refuse thousands of messages in each attempt. Not thread-safe: guarded by the lock of its
 * connection.
 */
final class ConnectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    private final MqttSettings settings;
    /** By reason code, as a broker may tell something else of each message. */
    private final Map<Integer, GrowingDistance> refusals = new HashMap<>();

    /** The last logged restriction; null for none yet. */
    private @Nullable String told;

    private boolean toldOfLimits;

    ConnectionLog(MqttSettings settings) {
        this.settings = settings;
    }

    /** @param away how long the broker was unreachable; null if the first attempt succeeded */
    void connected(@Nullable Duration away, int pending) {
        LOG.info(
                "Connected to MQTT broker {} as {}{}; {} messages wait",
                settings.broker(),
                settings.clientId(),
                away == null ? "" : "; it was unreachable for " + ReadableDuration.of(away),
                pending);
    }

    /** Warns once about options that the broker does not accept. */
    void terms(ConnectOptions terms) {
        BirthAndWill presence = settings.presence();
        String reduced = (terms.version() == settings.version()
                        ? ""
                        : " MQTT 3.1.1 is used, as it does not answer to MQTT 5; mqttVersion=3.1.1 avoids the attempt.")
                + (presence == null || terms.will() != null
                        ? ""
                        : " It does not accept a " + (presence.retained() ? "retained " : "")
                                + "will: the connection is made without one, and " + presence.topic()
                                + " does not show whether this client is online. willTopic and willRetained set that.");
        if (!reduced.isEmpty() && !reduced.equals(told)) {
            told = reduced;
            LOG.warn("MQTT broker {} accepts less than was requested.{}", settings.broker(), reduced);
        }
    }

    /** Warns once that messages are sent differently from their options. */
    void lowered(String restriction) {
        if (!toldOfLimits) {
            toldOfLimits = true;
            LOG.warn("MQTT broker {} accepts less than was requested: {}", settings.broker(), restriction);
        }
    }

    void suspected(Publication suspect, LinkEnd end) {
        LOG.warn(
                "MQTT broker {} ends the connection each time that one message is sent: {} bytes for topic '{}' at QoS {}{}"
                        + " ({}). It is refused for good only if the broker accepts others on the same connection. Brokers do"
                        + " this if a message is longer than they accept, or its QoS higher, or if they do not support"
                        + " retained messages, or do not let this user publish on the topic.",
                settings.broker(),
                suspect.payload().length,
                suspect.topic(),
                suspect.qos().getCode(),
                suspect.retained() ? ", retained" : "",
                end.reason());
    }

    void saidOnlineAgain(String topic) {
        LOG.info(
                "MQTT broker {}: another client's will or last message on {} was overwritten, as this client is online",
                settings.broker(),
                topic);
    }

    void notWatching(String topic) {
        LOG.info(
                "MQTT broker {} does not let this client subscribe to {}; if another client writes to it, that stays"
                        + " until the next connection",
                settings.broker(),
                topic);
    }

    void refused(Refusal refusal, Instant now) {
        refusals.computeIfAbsent(refusal.code(), code -> new GrowingDistance())
                .tell("", now)
                .ifPresent(untold -> LOG.warn(
                        "MQTT broker {}: message for topic '{}' not taken{}: {}",
                        settings.broker(),
                        refusal.topic(),
                        untold == 0 ? "" : ", after " + untold + " others with the same reason code",
                        refusal.reason()));
    }

    /** @param failures the number of failed attempts in a row, including this one; zero if the connection had worked */
    void closed(LinkEnd end, boolean wasConnected, int failures, int pending, Duration delay) {
        String next = delay.isZero() ? "at once" : "in " + ReadableDuration.of(delay);
        if (end.kind() == LinkEnd.Kind.NOT_ADMITTED
                || end.kind() == LinkEnd.Kind.TAKEN_OVER
                || end.kind() == LinkEnd.Kind.OTHER_VERSION) {
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
                    "MQTT broker {} cannot be reached: {}. {} messages wait; next attempt {}, and so on until it is reachable",
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
