package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.text.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A link with MQTT 3.1.1, for brokers that do not support 5. That version cannot refuse a message: a broker accepts it,
 * drops it silently, or closes the connection.
 */
final class Mqtt3Link implements Link {
    private final Mqtt3AsyncClient client;
    private final MqttSettings settings;
    private final @Nullable BirthAndWill will;
    private final Listener listener;

    /** Set by the link's own thread once the broker has accepted the connection. */
    private volatile @Nullable LinkChannel channel;

    Mqtt3Link(MqttClientBuilder builder, MqttSettings settings, @Nullable BirthAndWill will, Listener listener) {
        this.client = builder.useMqttVersion3()
                .addConnectedListener(context -> admitted(context.getClientConfig()))
                .addDisconnectedListener(context -> listener.closed(
                        this, DisconnectReasons.of(context.getCause(), context.getSource(), channel != null)))
                .buildAsync();
        this.settings = settings;
        this.will = will;
        this.listener = listener;
    }

    private void admitted(MqttClientConfig config) {
        LinkChannel own = LinkChannel.of(config);
        own.confirmPromptly();
        channel = own;
    }

    @Override
    public void open() {
        client.connect(connect())
                .thenAccept(connAck -> listener.connected(this, BrokerLimits.none(settings.maxInflight())));
    }

    @Override
    public void send(Publication publication, BrokerLimits limits) {
        client.publish(publish(publication, limits)).whenComplete((result, error) -> {
            Refusal refusal = error == null ? null : Refusals.of(publication, error, null);
            if (error == null || refusal != null) {
                listener.settled(this, publication, refusal);
            }
        });
    }

    @Override
    public void watch(String topic) {
        client.subscribeWith()
                .topicFilter(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(heard -> listener.heard(this, new String(heard.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                .send()
                .whenComplete((answer, error) -> listener.watching(this, error == null));
    }

    @Override
    public void disconnect() {
        client.disconnect();
    }

    @Override
    public void abandon() {
        LinkChannel own = channel;
        if (own == null) {
            client.disconnect();
        } else {
            own.close();
        }
    }

    private Mqtt3Connect connect() {
        Mqtt3ConnectBuilder builder = Mqtt3Connect.builder()
                .cleanSession(true)
                .keepAlive((int) settings.keepAlive().toSeconds())
                .restrictions(restrictions())
                .simpleAuth(auth());
        return will == null
                ? builder.build()
                : builder.willPublish(publish(will.sayOffline(), BrokerLimits.none(1)))
                        .build();
    }

    private Mqtt3ConnectRestrictions restrictions() {
        var builder = Mqtt3ConnectRestrictions.builder().sendMaximum(settings.maxInflight());
        return settings.maxPacketSize() == 0
                ? builder.build()
                : builder.sendMaximumPacketSize(settings.maxPacketSize()).build();
    }

    private @Nullable Mqtt3SimpleAuth auth() {
        String userName = settings.userName();
        Secret password = settings.password();
        if (userName == null) {
            return null;
        }
        Mqtt3SimpleAuthBuilder.Complete builder = Mqtt3SimpleAuth.builder().username(userName);
        return password == null
                ? builder.build()
                : builder.password(password.reveal().getBytes(StandardCharsets.UTF_8))
                        .build();
    }

    private static Mqtt3Publish publish(Publication publication, BrokerLimits limits) {
        return Mqtt3Publish.builder()
                .topic(publication.topic())
                .qos(limits.qos(publication.qos()))
                .retain(limits.retained(publication.retained()))
                .payload(ByteBuffer.wrap(publication.payload()))
                .build();
    }
}
