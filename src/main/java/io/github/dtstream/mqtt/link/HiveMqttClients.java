package io.github.dtstream.mqtt.link;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.reactivex.schedulers.Schedulers;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a fresh HiveMQ client for each link, with the keys and trusted certificates that are on disk then.
 *
 * <p>Neither that client's own reconnecting nor MQTT's session is used. A publisher gains nothing by a session, for
 * what was not acknowledged is sent again with or without one; and what the client does with its queue over a reconnect
 * depends on session expiry and on the broker's memory.
 *
 * <p>Messages go through its {@code publish} for single messages. It holds up its caller when more than the Receive
 * Maximum are out; the window keeps clear of that. Publishing a reactive stream instead is no faster, and the client
 * then wants to be the one who decides when messages are taken.
 */
public final class HiveMqttClients implements LinkFactory {
    private static final Logger LOG = LoggerFactory.getLogger(HiveMqttClients.class);

    private final MqttSettings settings;
    private final Supervisor supervisor;

    /** As it was last readable; null without TLS. */
    private volatile @Nullable MqttClientSslConfig tls;

    /** @throws Exception if the key or trust material cannot be read */
    public HiveMqttClients(MqttSettings settings, Supervisor supervisor) throws Exception {
        this.settings = settings;
        this.tls = settings.broker().tls() ? TlsConfig.of(settings) : null;
        this.supervisor = supervisor;
    }

    /**
     * Another for each link: the client has one event loop for each executor, and a link whose loop is dead, or held up, would
     * otherwise take all later ones with it.
     */
    private MqttClientExecutorConfig executors() {
        return MqttClientExecutorConfig.builder()
                .nettyExecutor(new LoopThread())
                .nettyThreads(1)
                // acknowledgements are handled where they are read: by default each takes a detour over another thread
                .applicationScheduler(Schedulers.trampoline())
                .build();
    }

    /** Makes the thread of an event loop. One that fails is told, and not run again: its loop is dead by then. */
    private final class LoopThread implements Executor {
        @Override
        public void execute(Runnable loop) {
            AtomicBoolean begun = new AtomicBoolean();
            supervisor
                    .thread(
                            "dt-mqtt-" + settings.clientId(),
                            "nothing is heard from MQTT broker " + settings.broker()
                                    + ", to which a new connection is made when an acknowledgement is overdue",
                            AfterFailure.RESTART,
                            () -> {
                                if (begun.compareAndSet(false, true)) {
                                    loop.run();
                                }
                            })
                    .start();
        }
    }

    @Override
    public Link create(ConnectOptions terms, Link.Listener listener) {
        MqttClientBuilder client = MqttClient.builder()
                .identifier(settings.clientId())
                .transportConfig(transport())
                .executorConfig(executors());
        return terms.version() == MqttVersion.V5
                ? new Mqtt5Link(client, settings, terms.will(), listener)
                : new Mqtt3Link(client, settings, terms.will(), listener);
    }

    private MqttClientTransportConfig transport() {
        MqttClientTransportConfigBuilder builder = MqttClientTransportConfig.builder()
                .serverHost(settings.broker().host())
                .serverPort(settings.broker().port())
                .socketConnectTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        MqttClientSslConfig current = renewedTls();
        return (current == null ? builder : builder.sslConfig(current)).build();
    }

    /** Certificates are replaced on disk before they expire: each link takes what stands there, if it can be read. */
    private @Nullable MqttClientSslConfig renewedTls() {
        if (tls != null) {
            try {
                tls = TlsConfig.of(settings);
            } catch (Exception e) {
                LOG.warn(
                        "{} The connection to MQTT broker {} is made with what could be read before.",
                        e.getMessage(),
                        settings.broker());
            }
        }
        return tls;
    }
}
