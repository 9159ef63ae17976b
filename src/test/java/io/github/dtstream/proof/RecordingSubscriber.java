package io.github.dtstream.proof;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Receives everything that a broker sends, with a session that outlives its connection, and keeps it in order.
 * Thread-safe.
 */
final class RecordingSubscriber implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** The topics on which the router says {@code online} at the beginning of each connection. */
    private static final String PRESENCE = "dt/+/state";

    private static final Pattern PRESENCE_TOPIC = Pattern.compile("dt/bridge-[^/]+/state");

    /**
     * A message as it arrived.
     *
     * @param connection the router's connection on which it came, counted from 1
     */
    record Received(String topic, String payload, int connection) {}

    private final Mqtt5BlockingClient client;
    private final String filter;
    /** Guarded by this. */
    private final List<Received> received = new ArrayList<>();
    /** Guarded by this; without the messages, which are long. */
    private final Set<String> distinct = new HashSet<>();
    /** Guarded by this. */
    private int connections;

    private RecordingSubscriber(Mqtt5BlockingClient client, String filter) {
        this.client = client;
        this.filter = filter;
    }

    static RecordingSubscriber start(int port, String filter) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("proof-subscriber")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .automaticReconnect()
                .initialDelay(50, TimeUnit.MILLISECONDS)
                .maxDelay(500, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .buildBlocking();
        RecordingSubscriber subscriber = new RecordingSubscriber(client, filter);
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, subscriber::add);
        client.connectWith().cleanStart(false).noSessionExpiry().send();
        subscriber.awaitSubscribed();
        return subscriber;
    }

    /** Waits until the broker has this subscription, which a killed broker may have lost. */
    void awaitSubscribed() {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            client.subscribeWith()
                    .addSubscription(to(filter))
                    .addSubscription(to(PRESENCE))
                    .send();
            return true;
        });
    }

    /** A subscription without retained messages, as these do not show when they were published. */
    private static Mqtt5Subscription to(String filter) {
        return Mqtt5Subscription.builder()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                .build();
    }

    /** Waits until nothing has come for so long: the broker has forwarded everything. */
    void awaitQuiet(Duration quiet) {
        int[] before = {-1};
        Awaitility.await().atMost(PATIENCE).pollInterval(quiet).until(() -> {
            int now = count();
            boolean isQuiet = now == before[0];
            before[0] = now;
            return isQuiet;
        });
    }

    private synchronized void add(Mqtt5Publish publish) {
        String topic = publish.getTopic().toString();
        String payload = new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
        if (PRESENCE_TOPIC.matcher(topic).matches()) {
            connections += payload.equals("online") ? 1 : 0;
            return;
        }
        received.add(new Received(topic, payload, connections));
        distinct.add(SinkRecord.identifier(payload));
    }

    /** The number of the router's connections so far. */
    synchronized int connections() {
        return connections;
    }

    synchronized int count() {
        return received.size();
    }

    /** The number of different events so far. */
    synchronized int distinct() {
        return distinct.size();
    }

    synchronized List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.disconnect();
        }
    }
}
