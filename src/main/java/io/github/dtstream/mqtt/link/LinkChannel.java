package io.github.dtstream.mqtt.link;

import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import com.hivemq.client.internal.mqtt.codec.decoder.MqttDecoder;
import com.hivemq.client.mqtt.MqttClientConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/**
 * The network channel of a HiveMQ client that is connected, for the three things that the client has no call for: to
 * close it without a word, for whatever it sends first may never leave; to see what the broker says in bytes that the client
 * does not take; and to have confirmed at once what the broker sends. Reaches into the client's own parts, and so belongs to its version. Thread-safe.
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

    /** Lets a handler see what comes in before the client decodes it. */
    void beforeDecoder(String name, ChannelHandler handler) {
        channel.pipeline().addBefore(MqttDecoder.NAME, name, handler);
    }

    /** Lets a handler see what comes in and goes out, as it does on the network. */
    void atNetwork(String name, ChannelHandler handler) {
        channel.pipeline().addFirst(name, handler);
    }

    void close() {
        channel.close();
    }
}
