package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.github.dtstream.cloud.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A link that speaks MQTT 5. */
final class Mqtt5Link implements Link {
    private final Mqtt5AsyncClient client;
    private final MqttSettings settings;
    private final Listener listener;

    Mqtt5Link(MqttClientBuilder builder, MqttSettings settings, Listener listener) {
        this.client = builder.useMqttVersion5()
                .addDisconnectedListener(context -> listener.closed(this, LinkEnds.of(context.getCause())))
                .buildAsync();
        this.settings = settings;
        this.listener = listener;
    }

    @Override
    public void open() {
        client.connect(connect()).thenAccept(connAck -> {
            int receiveMaximum = connAck.getRestrictions().getReceiveMaximum();
            listener.connected(this, Math.min(settings.maxInflight(), receiveMaximum));
        });
    }

    @Override
    public void send(Publication publication) {
        client.publish(publish(publication))
                .whenComplete((result, error) -> listener.published(this, publication, error));
    }

    @Override
    public void disconnect() {
        client.disconnect();
    }

    private Mqtt5Connect connect() {
        Mqtt5ConnectBuilder builder = Mqtt5Connect.builder()
                .cleanStart(true)
                .sessionExpiryInterval(0)
                .keepAlive((int) settings.keepAlive().toSeconds())
                .restrictions(restrictions())
                .simpleAuth(auth())
                .userProperties(MessageProperties.userProperties(settings.userProperties()));
        Presence presence = settings.presence();
        return presence == null
                ? builder.build()
                : builder.willPublish(publish(presence.sayOffline())).build();
    }

    private Mqtt5ConnectRestrictions restrictions() {
        var builder = Mqtt5ConnectRestrictions.builder().sendMaximum(settings.maxInflight());
        return settings.maxPacketSize() == 0
                ? builder.build()
                : builder.sendMaximumPacketSize(settings.maxPacketSize()).build();
    }

    private @Nullable Mqtt5SimpleAuth auth() {
        String userName = settings.userName();
        Secret password = settings.password();
        Mqtt5SimpleAuthBuilder builder = Mqtt5SimpleAuth.builder();
        if (password == null) {
            return userName == null ? null : builder.username(userName).build();
        }
        Mqtt5SimpleAuthBuilder.Complete complete =
                builder.password(password.reveal().getBytes(StandardCharsets.UTF_8));
        return (userName == null ? complete : complete.username(userName)).build();
    }

    private static Mqtt5Publish publish(Publication publication) {
        MessageProperties properties = publication.properties();
        Mqtt5PublishBuilder.Complete builder = Mqtt5Publish.builder()
                .topic(publication.topic())
                .qos(publication.qos())
                .retain(publication.retained())
                .payload(ByteBuffer.wrap(publication.payload()))
                .contentType(properties.contentType())
                .payloadFormatIndicator(properties.utf8() ? Mqtt5PayloadFormatIndicator.UTF_8 : null)
                .userProperties(properties.userProperties());
        Long expiry = properties.messageExpiryInterval();
        return expiry == null
                ? builder.build()
                : builder.messageExpiryInterval(expiry).build();
    }
}
