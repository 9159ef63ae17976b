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
 * Makes a new HiveMQ client for each link, with the keys and trusted certificates that are on disk at that time.
 *
 * <p>It uses neither the client's own reconnecting nor MQTT's session. A publisher gains nothing from a session, as
 * unacknowledged messages are sent again with or without one. The client's handling of its queue over a reconnect
 * depends on session expiry and on the broker's memory.
 *
 * <p>Messages are sent by the client's {@code publish} for single messages. It blocks its caller if more messages than
 * the Receive Maximum are in flight, so the window stays below that. Publishing a reactive stream is not faster, and
 * then the client decides when messages are taken.
 */
public final class HiveMqttClients implements LinkFactory {
    private static final Logger LOG = LoggerFactory.getLogger(HiveMqttClients.class);

    private final MqttSettings settings;
    private final Supervisor supervisor;

    /** The last readable configuration; null without TLS. */
    private volatile @Nullable MqttClientSslConfig tls;

    /** @throws Exception if the key or trust material cannot be read */
    public HiveMqttClients(MqttSettings settings, Supervisor supervisor) throws Exception {
        this.settings = settings;
        this.tls = settings.broker().tls() ? TlsConfig.of(settings) : null;
        this.supervisor = supervisor;
    }

    /**
     * An executor for each link, as the client has one event loop for each executor. With a shared one, a dead or
     * blocked loop of one link would affect all later links.
     */
    private MqttClientExecutorConfig executors() {
        return MqttClientExecutorConfig.builder()
                .nettyExecutor(new LoopThread())
                .nettyThreads(1)
                // Acknowledgements are handled on the thread that reads them; by default each passes over another
                // thread.
                .applicationScheduler(Schedulers.trampoline())
                .build();
    }

    /**
     * Makes the thread of an event loop. If it fails, this is reported, and it is not run again, as its loop is dead.
     */
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

    /**
     * Reads the certificates for each link, as they are replaced on disk before they expire; keeps the last ones if
     * they cannot be read.
     */
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
