package io.github.dtstream.benchmark;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.function.Consumer;

/** Receives the messages of a topic. */
final class Subscriber implements AutoCloseable {
    private final Mqtt5AsyncClient client;

    Subscriber(int port, String filter, Consumer<Mqtt5Publish> consumer) {
        client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync();
        client.connect().join();
        client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_MOST_ONCE)
                .callback(consumer)
                .send()
                .join();
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
