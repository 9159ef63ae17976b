package io.github.dtstream.mqtt;

import io.github.dtstream.memory.Holder;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.mqtt.connection.MqttConnection;
import io.github.dtstream.mqtt.connection.MqttStatus;
import io.github.dtstream.mqtt.link.BirthAndWill;
import io.github.dtstream.mqtt.link.HiveMqttClients;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.BatchOrigin;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/**
 * The connections of a component. Producers with equal settings share one, which exists as long as one of them does.
 * Thread-safe.
 */
final class MqttConnections implements AutoCloseable {
    private final CamelContext camelContext;
    private final Supervisor supervisor;
    private final MemoryBudget memory;
    private final ScheduledExecutorService timer;
    private final CompletionThreads completions;

    /** Guarded by this. */
    private final Map<MqttSettings, Shared> open = new HashMap<>();

    /** Guarded by this. */
    private final Map<Path, LastValues> lastValues = new HashMap<>();

    MqttConnections(CamelContext camelContext) {
        this.camelContext = camelContext;
        this.supervisor = supervisor(camelContext);
        this.memory = MemoryBudget.of(camelContext.getRegistry().findSingleByType(MemoryBudget.class));
        this.timer = supervisor.pool(1, "dt-mqtt-reconnect", "a broker was not connected to in time");
        this.completions = new CompletionThreads(supervisor);
    }

    /** The registry's supervisor, which health reports on, or one of this component. */
    private static Supervisor supervisor(CamelContext camelContext) {
        Supervisor shared = camelContext.getRegistry().findSingleByType(Supervisor.class);
        return shared != null ? shared : Supervisor.system();
    }

    /**
     * The connection for a producer, which must be released.
     *
     * @param producer the owner of the batches that it publishes
     * @throws IllegalArgumentException if a connection with other options has the same clientId at the same broker
     * @throws Exception if the TLS key or trust material cannot be read
     */
    synchronized MqttConnection acquire(MqttSettings settings, DtMqttEndpoint endpoint, Object producer)
            throws Exception {
        Shared shared = open.get(settings);
        if (shared == null) {
            requireOwnClientId(settings);
            shared = new Shared(connect(settings), endpoint);
            open.put(settings, shared);
        }
        shared.users++;
        completions.add(producer);
        return shared.connection;
    }

    /** Notes that a route is being stopped: an unreachable broker must not delay that. */
    void hurry(String routeId) {
        hurry(batch -> batch.isOf(routeId));
    }

    /** Notes that an origin of batches has ended: what it leaves must not be published late. */
    void hurry(BatchOrigin origin) {
        hurry(batch -> batch.isFrom(origin));
    }

    private void hurry(Predicate<PublishBatch> which) {
        List<MqttConnection> all;
        synchronized (this) {
            all = open.values().stream().map(shared -> shared.connection).toList();
        }
        all.forEach(connection -> connection.hurry(which));
    }

    /** The last values of a file, which stays open while the component is started. */
    synchronized LastValues lastValues(Path file) throws IOException {
        LastValues known = lastValues.get(file);
        if (known == null) {
            known = open(file);
            lastValues.put(file, known);
        }
        return known;
    }

    private LastValues open(Path file) throws IOException {
        try {
            return LastValues.open(file, new SystemStorage(), memory.share(Holder.TOPICS, 0));
        } catch (IOException e) {
            throw new IOException("the timestamps of last values in " + file + " cannot be read", e);
        }
    }

    /** Releases a producer's share; the last one closes the connection. */
    void release(MqttSettings settings, Object producer) {
        try {
            release(settings);
        } finally {
            completions.remove(producer);
        }
    }

    private void release(MqttSettings settings) {
        MqttConnection last;
        synchronized (this) {
            Shared shared = open.get(settings);
            if (shared == null || --shared.users > 0) {
                return;
            }
            open.remove(settings);
            last = shared.connection;
        }
        last.close();
    }

    /** For each topic on which this client announces its presence, the endpoint that opened the connection. */
    synchronized Map<String, DtMqttEndpoint> announced() {
        Map<String, DtMqttEndpoint> announced = new LinkedHashMap<>();
        open.forEach((settings, shared) -> {
            BirthAndWill presence = settings.presence();
            if (presence != null) {
                announced.putIfAbsent(presence.topic(), shared.endpoint);
            }
        });
        return announced;
    }

    /** The state of each connection. */
    synchronized List<MqttStatus> statuses() {
        return open.values().stream().map(shared -> shared.connection.status()).toList();
    }

    @Override
    public void close() throws IOException {
        Map<MqttSettings, Shared> left;
        synchronized (this) {
            left = Map.copyOf(open);
            open.clear();
        }
        left.values().forEach(shared -> shared.connection.close());
        completions.close(
                Duration.ofMillis(camelContext.getExecutorServiceManager().getShutdownAwaitTermination()));
        camelContext.getExecutorServiceManager().shutdownNow(timer);
        closeLastValues();
    }

    private synchronized void closeLastValues() throws IOException {
        for (LastValues values : lastValues.values()) {
            values.close();
        }
        lastValues.clear();
    }

    private void requireOwnClientId(MqttSettings settings) {
        for (MqttSettings other : open.keySet()) {
            if (other.clientId().equals(settings.clientId()) && other.broker().equals(settings.broker())) {
                throw new IllegalArgumentException("Two dt-mqtt endpoints have the clientId '" + settings.clientId()
                        + "' at " + settings.broker()
                        + " but differ in other options of the connection; the broker would"
                        + " admit only one of them. Make the options equal, or give each a clientId of its own.");
            }
        }
    }

    private MqttConnection connect(MqttSettings settings) throws Exception {
        MqttConnection connection = new MqttConnection(
                settings,
                new HiveMqttClients(settings, supervisor),
                new SecureRandom(),
                Timers.of(timer),
                completions,
                Clock.systemUTC(),
                Ticker.SYSTEM);
        connection.start();
        return connection;
    }

    /** Guarded by the enclosing object. */
    private static final class Shared {
        private final MqttConnection connection;
        private final DtMqttEndpoint endpoint;
        private int users;

        Shared(MqttConnection connection, DtMqttEndpoint endpoint) {
            this.connection = connection;
            this.endpoint = endpoint;
        }
    }
}
