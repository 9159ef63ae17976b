package io.github.dtstream.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import io.reactivex.schedulers.Schedulers;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes a fresh HiveMQ client for each link.
 *
 * <p>Neither that client's own reconnecting nor MQTT's session is used. A publisher gains nothing by a session, for
 * what was not acknowledged is sent again with or without one; and what the client does with its queue over a reconnect
 * depends on session expiry and on the broker's memory.
 *
 * <p>Messages go through its {@code publish} for single messages. It holds up its caller when more than the Receive
 * Maximum are out; the window keeps clear of that. Publishing a reactive stream instead is no faster, and the client
 * then wants to be the one who decides when messages are taken.
 */
final class HiveMqttClients implements LinkFactory {
    private final MqttSettings settings;
    private final MqttClientTransportConfig transport;
    private final MqttClientExecutorConfig executors;

    /** @throws Exception if the key or trust material cannot be read */
    HiveMqttClients(MqttSettings settings, CamelContext camelContext) throws Exception {
        this.settings = settings;
        this.transport = transport(settings, tls(settings, camelContext));
        this.executors = MqttClientExecutorConfig.builder()
                .nettyExecutor(threads("dt-mqtt-" + settings.clientId()))
                .nettyThreads(1)
                // acknowledgements are handled where they are read: by default each takes a detour over another thread
                .applicationScheduler(Schedulers.trampoline())
                .build();
    }

    @Override
    public Link create(Link.Listener listener) {
        MqttClientBuilder client = MqttClient.builder()
                .identifier(settings.clientId())
                .transportConfig(transport)
                .executorConfig(executors);
        return settings.version() == MqttVersion.V5
                ? new Mqtt5Link(client, settings, listener)
                : new Mqtt3Link(client, settings, listener);
    }

    private static MqttClientTransportConfig transport(MqttSettings settings, @Nullable MqttClientSslConfig tls) {
        MqttClientTransportConfigBuilder builder = MqttClientTransportConfig.builder()
                .serverHost(settings.broker().host())
                .serverPort(settings.broker().port())
                .socketConnectTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return (tls == null ? builder : builder.sslConfig(tls)).build();
    }

    private static @Nullable MqttClientSslConfig tls(MqttSettings settings, CamelContext camelContext)
            throws Exception {
        return settings.broker().tls() ? TlsConfig.of(settings, camelContext) : null;
    }

    private static Executor threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        };
    }
}
