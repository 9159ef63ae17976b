package io.github.dtstream.mqtt.message;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import org.jspecify.annotations.Nullable;

/** One message to the broker. Compared by identity: two equal messages are two publications. */
public final class Publication {
    private final MqttTopic topic;
    private final byte[] payload;
    private final MqttQos qos;
    private final boolean retained;
    private final MessageProperties properties;
    private final @Nullable PublishBatch batch;
    private final int index;

    /**
     * @param payload not copied; it must not be changed any more
     * @param batch gets the result; null for messages of the connection itself
     * @param index the index of the message in its batch
     */
    public Publication(
            MqttTopic topic,
            byte[] payload,
            MqttQos qos,
            boolean retained,
            MessageProperties properties,
            @Nullable PublishBatch batch,
            int index) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retained = retained;
        this.properties = properties;
        this.batch = batch;
        this.index = index;
    }

    public MqttTopic topic() {
        return topic;
    }

    public byte[] payload() {
        return payload;
    }

    public MqttQos qos() {
        return qos;
    }

    public boolean retained() {
        return retained;
    }

    public MessageProperties properties() {
        return properties;
    }

    public @Nullable PublishBatch batch() {
        return batch;
    }

    public int index() {
        return index;
    }

    public Refusal refusal(int code, String reason, boolean permanent) {
        return new Refusal(index, topic.toString(), code, reason, permanent);
    }
}
