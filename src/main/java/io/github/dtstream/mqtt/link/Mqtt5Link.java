package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.Refusal;
import io.github.dtstream.text.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A link with MQTT 5. */
final class Mqtt5Link implements Link {
    private final Mqtt5AsyncClient client;
    private final MqttSettings settings;
    private final @Nullable BirthAndWill will;
    private final Listener listener;
    private final ReasonCodes reasons = new ReasonCodes();

    /** Set by the link's own thread once the broker has accepted the connection. */
    private volatile @Nullable LinkChannel channel;

    Mqtt5Link(MqttClientBuilder builder, MqttSettings settings, @Nullable BirthAndWill will, Listener listener) {
        this.client = builder.useMqttVersion5()
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
        own.beforeDecoder("reason-codes", reasons);
        own.confirmPromptly();
        channel = own;
    }

    @Override
    public void open() {
        client.connect(connect()).thenAccept(connAck -> {
            Mqtt5ConnAckRestrictions restrictions = connAck.getRestrictions();
            listener.connected(
                    this,
                    new BrokerLimits(
                            Math.min(settings.maxInflight(), restrictions.getReceiveMaximum()),
                            restrictions.getMaximumQos(),
                            restrictions.isRetainAvailable()));
        });
    }

    @Override
    public void send(Publication publication, BrokerLimits limits) {
        client.publish(publish(publication, limits)).whenComplete((result, error) -> published(publication, error));
    }

    /** Reports the result of a message, unless the link has ended or is about to. */
    private void published(Publication publication, @Nullable Throwable error) {
        if (error == null) {
            listener.settled(this, publication, null);
            return;
        }
        boolean isAnswer = error instanceof Mqtt5PubAckException || error instanceof Mqtt5PubRecException;
        Refusal refusal = Refusals.of(publication, error, isAnswer ? reasons.next() : null);
        if (refusal != null) {
            listener.settled(this, publication, refusal);
        }
    }

    @Override
    public void watch(String topic) {
        client.subscribeWith()
                .topicFilter(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .noLocal(true)
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

    private Mqtt5Connect connect() {
        Mqtt5ConnectBuilder builder = Mqtt5Connect.builder()
                .cleanStart(true)
                .sessionExpiryInterval(0)
                .keepAlive((int) settings.keepAlive().toSeconds())
                .restrictions(restrictions())
                .simpleAuth(auth())
                .userProperties(MessageProperties.userProperties(settings.userProperties()));
        return will == null
                ? builder.build()
                : builder.willPublish(publish(will.sayOffline(), BrokerLimits.none(1)))
                        .build();
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

    private static Mqtt5Publish publish(Publication publication, BrokerLimits limits) {
        MessageProperties properties = publication.properties();
        Mqtt5PublishBuilder.Complete builder = Mqtt5Publish.builder()
                .topic(publication.topic())
                .qos(limits.qos(publication.qos()))
                .retain(limits.retained(publication.retained()))
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
