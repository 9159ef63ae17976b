package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Receives everything that a broker sends, and keeps it. */
public final class Subscriber implements AutoCloseable {
    private final Mqtt5BlockingClient client;
    private final ReceivedList received = new ReceivedList();

    private Subscriber(Mqtt5BlockingClient client) {
        this.client = client;
    }

    public static Subscriber to(int port, String filter) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("test-" + UUID.randomUUID())
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        Subscriber subscriber = new Subscriber(client);
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, subscriber.received::add);
        client.connect();
        client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
        return subscriber;
    }

    public List<Mqtt5Publish> received() {
        return received.snapshot();
    }

    public List<Mqtt5Publish> received(String topic) {
        return received().stream()
                .filter(publish -> publish.getTopic().toString().equals(topic))
                .toList();
    }

    List<String> payloads() {
        return received().stream().map(Subscriber::text).toList();
    }

    public List<String> payloads(String topic) {
        return received(topic).stream().map(Subscriber::text).toList();
    }

    /** Each topic's payloads in the order of their first arrival. */
    Map<String, List<String>> firstByTopic() {
        return received().stream()
                .collect(Collectors.groupingBy(
                        publish -> publish.getTopic().toString(),
                        Collectors.collectingAndThen(
                                Collectors.toList(),
                                list -> list.stream()
                                        .map(Subscriber::text)
                                        .distinct()
                                        .toList())));
    }

    /** Waits until the broker has sent back what this sends to a topic that the filter covers. */
    public void awaitEcho(String topic) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("echo".getBytes(StandardCharsets.UTF_8))
                .send();
        Awaitility.await()
                .until(() -> received(topic).stream()
                        .anyMatch(publish -> text(publish).equals("echo")));
    }

    void await(int count) {
        Awaitility.await().until(() -> received.distinct() >= count);
    }

    void awaitPayload(String payload) {
        Awaitility.await().until(() -> received.has(payload));
    }

    public static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (client.getState().isConnected()) {
            client.disconnect();
        }
    }

    private static final class ReceivedList {
        private final List<Mqtt5Publish> list = new ArrayList<>();
        private final Set<String> payloads = ConcurrentHashMap.newKeySet();

        synchronized void add(Mqtt5Publish publish) {
            list.add(publish);
            payloads.add(publish.getTopic() + " " + text(publish));
        }

        synchronized List<Mqtt5Publish> snapshot() {
            return List.copyOf(list);
        }

        int distinct() {
            return payloads.size();
        }

        synchronized boolean has(String payload) {
            return list.stream().anyMatch(publish -> text(publish).equals(payload));
        }
    }
}
