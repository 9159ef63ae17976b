package io.github.dtstream.doctor;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.link.BrokerLimits;
import io.github.dtstream.mqtt.link.ConnectOptions;
import io.github.dtstream.mqtt.link.HiveMqttClients;
import io.github.dtstream.mqtt.link.Link;
import io.github.dtstream.mqtt.link.Link.LinkEnd;
import io.github.dtstream.mqtt.link.LinkFactory;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.link.MqttVersion;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.text.FailureReason;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.thread.Supervisor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks an MQTT broker as a route uses it: that it is reachable and accepts the client, the quality of service and
 * retained messages of the route, and the right to publish on its topics. It publishes one message of the length of a
 * large event, not retained.
 */
public final class BrokerCheck {
    /** Longer than nearly all events. */
    private static final int PROBE_BYTES = 2048;

    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Consumer<Diagnosis> found;

    /** @param found gets each result at once */
    public BrokerCheck(Consumer<Diagnosis> found) {
        this.found = found;
    }

    /**
     * The use of a broker by a route.
     *
     * @param settings with a client identifier that no running router has, as that one would be disconnected
     * @param qos the route's quality of service
     * @param retains whether the route publishes retained messages
     * @param topic the topic of the probe
     */
    public record Use(MqttSettings settings, MqttQos qos, boolean retains, String topic) {}

    /** @throws InterruptedException if the thread is interrupted while it waits for an answer */
    public void run(Use use, Supervisor supervisor) throws InterruptedException {
        try {
            look(use, new HiveMqttClients(use.settings(), supervisor));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            found.accept(Diagnosis.error(subject(use), "its TLS keys cannot be read: " + FailureReason.of(e)));
        }
    }

    private static String subject(Use use) {
        return "broker " + use.settings().broker();
    }

    private void look(Use use, LinkFactory links) throws InterruptedException {
        MqttVersion version = use.settings().version();
        LinkEnd end = attempt(use, links, version);
        boolean isOlder = end != null
                && version == MqttVersion.V5
                && use.settings().canSpeak311()
                && (end.kind() == LinkEnd.Kind.UNANSWERED || end.kind() == LinkEnd.Kind.OTHER_VERSION);
        if (isOlder) {
            end = attempt(use, links, MqttVersion.V3_1_1);
        }
        if (end != null) {
            String advice = end.kind() == LinkEnd.Kind.NOT_ADMITTED
                    ? ": check the user, the password, and which client identifiers the broker admits"
                    : "";
            found.accept(Diagnosis.error(subject(use), end.reason() + advice));
        }
    }

    /** @return the end of an attempt that did not connect; null if it connected */
    private @Nullable LinkEnd attempt(Use use, LinkFactory links, MqttVersion version) throws InterruptedException {
        Answers answers = new Answers();
        Link link = links.create(new ConnectOptions(version, null), answers);
        try {
            link.open();
            Answer answer = answers.next(patience(use));
            if (answer instanceof Answer.Connected connected) {
                sayLimits(use, version, connected.limits());
                publish(use, version, link, connected.limits(), answers);
                return null;
            }
            return answer instanceof Answer.Ended ended
                    ? ended.end()
                    : new LinkEnd(LinkEnd.Kind.UNANSWERED, "no answer within " + ReadableDuration.of(patience(use)));
        } finally {
            link.disconnect();
            link.abandon();
        }
    }

    private static Duration patience(Use use) {
        return use.settings().connectTimeout().multipliedBy(2).plus(ANSWER);
    }

    private void sayLimits(Use use, MqttVersion version, BrokerLimits limits) {
        String spoken =
                version == MqttVersion.V5 ? "MQTT 5" : "MQTT 3.1.1, which does not say why it refuses a message";
        found.accept(Diagnosis.ok(subject(use), "connected, by " + spoken));
        if (limits.qos(use.qos()) != use.qos()) {
            found.accept(Diagnosis.warning(
                    subject(use),
                    "it takes QoS " + limits.maximumQos().getCode() + " at most, and the route asks for "
                            + use.qos().getCode() + ": set qos="
                            + limits.maximumQos().getCode()
                            + ", or allow more at the broker"
                            + (limits.maximumQos() == MqttQos.AT_MOST_ONCE ? "; at QoS 0 messages can be lost" : "")));
        }
        if (use.retains() && !limits.retainAvailable()) {
            found.accept(Diagnosis.warning(
                    subject(use),
                    "it retains nothing, but the route wants messages retained: those who subscribe later see"
                            + " nothing until the next one; allow it at the broker, or switch it off in the route"));
        }
    }

    private void publish(Use use, MqttVersion version, Link link, BrokerLimits limits, Answers answers)
            throws InterruptedException {
        byte[] payload = new byte[PROBE_BYTES];
        Arrays.fill(payload, (byte) ' ');
        byte[] text =
                "{\"doctor\":\"dt-stream-router looks whether it may publish here\"}".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, payload, 0, text.length);
        MqttQos qos = limits.qos(MqttQos.AT_LEAST_ONCE);
        link.send(
                new Publication(MqttTopic.of(use.topic()), payload, qos, false, MessageProperties.NONE, null, 0),
                limits);
        String probe = "a message of " + PROBE_BYTES + " bytes ";
        String advice = ": give the user the right to publish there (ACL), and allow packets of that size";
        Answer answer = answers.next(ANSWER);
        if (answer instanceof Answer.Taken) {
            String unknown = version == MqttVersion.V5 ? "" : "; whether anybody may read it there is not told";
            found.accept(Diagnosis.ok(subject(use), probe + "was taken on " + use.topic() + unknown));
        } else if (answer instanceof Answer.Refused refused) {
            found.accept(Diagnosis.error(
                    subject(use),
                    probe + "was refused on " + use.topic() + ": "
                            + refused.refusal().reason() + advice));
        } else if (answer instanceof Answer.Ended ended) {
            found.accept(Diagnosis.error(
                    subject(use),
                    "it ended the connection when " + probe + "was published on " + use.topic() + " ("
                            + ended.end().reason() + ")" + advice));
        } else {
            found.accept(Diagnosis.error(
                    subject(use), "it did not acknowledge a message within " + ReadableDuration.of(ANSWER)));
        }
    }

    /** A message of a link. */
    private sealed interface Answer {
        record Connected(BrokerLimits limits) implements Answer {}

        record Taken() implements Answer {}

        record Refused(Refusal refusal) implements Answer {}

        record Ended(LinkEnd end) implements Answer {}
    }

    /** Passes the messages of the link's thread, one after the other, to the waiting thread. */
    private static final class Answers implements Link.Listener {
        private final BlockingQueue<Answer> said = new LinkedBlockingQueue<>();

        /** The next message; null if none comes in time. */
        private @Nullable Answer next(Duration patience) throws InterruptedException {
            return said.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void connected(Link link, BrokerLimits limits) {
            said.add(new Answer.Connected(limits));
        }

        @Override
        public void settled(Link link, Publication publication, @Nullable Refusal refusal) {
            said.add(refusal == null ? new Answer.Taken() : new Answer.Refused(refusal));
        }

        @Override
        public void watching(Link link, boolean allowed) {
            // The probe subscribes to nothing.
        }

        @Override
        public void heard(Link link, String payload) {
            // The probe subscribes to nothing.
        }

        @Override
        public void closed(Link link, LinkEnd end) {
            said.add(new Answer.Ended(end));
        }
    }
}
