package io.github.dtstream.mqtt.link;

import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoder;
import com.hivemq.client.mqtt.MqttClientConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/**
 * The network channel of a connected HiveMQ client, for three operations that the client does not offer: to close it
 * without sending anything, as a DISCONNECT may never be sent; to read bytes of the broker that the client does not
 * accept; and to have received data confirmed at once. It uses internal classes of the client, so it depends on the
 * client's version. Thread-safe.
 */
final class LinkChannel {
    private final Channel channel;

    private LinkChannel(Channel channel) {
        this.channel = channel;
    }

    /** @throws IllegalStateException if the client is not connected */
    static LinkChannel of(MqttClientConfig client) {
        return client.getConnectionConfig()
                .map(MqttClientConnectionConfig.class::cast)
                .map(connection -> new LinkChannel(connection.getChannel()))
                .orElseThrow(() -> new IllegalStateException("not connected"));
    }

    /** Adds a handler that sees incoming bytes before the client decodes them. */
    void beforeDecoder(String name, ChannelHandler handler) {
        channel.pipeline().addBefore(MqttDecoder.NAME, name, handler);
    }

    /** From now on, received data is confirmed soon although nothing is sent. */
    void confirmPromptly() {
        channel.pipeline().addFirst("prompt-confirmation", new PromptConfirmation());
    }

    void close() {
        channel.close();
    }
}
