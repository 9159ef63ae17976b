package io.github.dtstream.kafka;

import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.faultproxy.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Three brokers as separate processes, each of which is a controller, too. Topics have three replicas, of which two must
 * be in sync.
 *
 * <p>A client of Kafka asks one broker for the addresses of all, and then uses those. So that a client can be cut off
 * from all brokers, each client has a listener of its own on each broker, and the broker tells those who ask there the
 * address of a proxy in front of that listener. Brokers talk to each other, and the test to them, without a proxy.
 */
public final class KafkaCluster implements AutoCloseable {
    public static final int BROKERS = 3;

    /** Kafka's default is 9 s. A broker that was killed holds up all writers for that long. */
    private static final int SESSION_MILLIS = 4000;

    private static final int ADMIN_MILLIS = 15_000;

    private final List<KafkaBroker> brokers = new ArrayList<>();
    private final Map<String, List<FaultProxy>> proxies = new HashMap<>();

    private KafkaCluster() {}

    /**
     * Starts the brokers, and waits until they listen.
     *
     * @param clients the names of the clients that can be cut off
     */
    public static KafkaCluster start(Path folder, List<String> clients) throws Exception {
        KafkaCluster cluster = new KafkaCluster();
        try {
            cluster.prepare(folder, clients);
            for (KafkaBroker broker : cluster.brokers) {
                broker.launch();
            }
            for (KafkaBroker broker : cluster.brokers) {
                broker.awaitListening();
            }
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void prepare(Path folder, List<String> clients) throws Exception {
        clients.forEach(client -> proxies.put(client, new ArrayList<>()));
        String classPath = KafkaBroker.classPath(folder);
        List<Integer> controllers = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            controllers.add(FreePort.find());
        }
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
                .collect(Collectors.joining(","));
        for (int i = 0; i < BROKERS; i++) {
            int port = FreePort.find();
            StringBuilder listeners = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
            StringBuilder advertised = new StringBuilder(listeners);
            StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
            for (String client : clients) {
                int own = FreePort.find();
                FaultProxy proxy = FaultProxy.start(own);
                proxies.get(client).add(proxy);
                String listener = ",CLIENT_" + client.toUpperCase(Locale.ROOT);
                listeners.append(listener).append("://127.0.0.1:").append(own);
                advertised.append(listener).append("://127.0.0.1:").append(proxy.port());
                protocols.append(listener).append(":PLAINTEXT");
            }
            listeners.append(",CONTROLLER://127.0.0.1:").append(controllers.get(i));
            Path own = Files.createDirectories(folder.resolve("broker-" + (i + 1)));
            brokers.add(KafkaBroker.prepare(own, classPath, port, """
                    node.id=%d
                    controller.quorum.voters=%s
                    listeners=%s
                    advertised.listeners=%s
                    listener.security.protocol.map=%s
                    inter.broker.listener.name=PLAINTEXT
                    default.replication.factor=3
                    min.insync.replicas=2
                    offsets.topic.replication.factor=3
                    transaction.state.log.replication.factor=3
                    transaction.state.log.min.isr=2
                    broker.heartbeat.interval.ms=500
                    broker.session.timeout.ms=%d
                    """.formatted(
                            i + 1, voters, listeners, advertised, protocols, SESSION_MILLIS)));
        }
    }

    /** The addresses without proxies. */
    public String address() {
        return brokers.stream().map(KafkaBroker::address).collect(Collectors.joining(","));
    }

    /** The addresses for a client that can be cut off. */
    public String address(String client) {
        return of(client).stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(","));
    }

    private List<FaultProxy> of(String client) {
        List<FaultProxy> own = proxies.get(client);
        if (own == null) {
            throw new IllegalArgumentException("no client is called " + client);
        }
        return own;
    }

    /** Ends a client's connections, and accepts no new ones. */
    public void refuse(String client) {
        of(client).forEach(FaultProxy::refuse);
    }

    /** Carries nothing to or from a client any more, but its connections remain open. */
    public void blackHole(String client) {
        of(client).forEach(FaultProxy::blackHole);
    }

    /** Connects a client again; what a black hole held back is carried. */
    public void pass(String client) {
        of(client).forEach(FaultProxy::pass);
    }

    /** Resets a client's connections, so that nothing that was held back is carried. */
    public void cut(String client) {
        of(client).forEach(proxy -> proxy.cut(Cut.RST));
    }

    /** @param number from 0 */
    public KafkaBroker broker(int number) {
        return brokers.get(number);
    }

    /** Whether each partition has all its replicas in sync, so that any one broker can be killed. */
    public boolean isInSync() throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                address(),
                "request.timeout.ms",
                ADMIN_MILLIS / 3,
                "default.api.timeout.ms",
                ADMIN_MILLIS))) {
            if (admin.describeCluster()
                            .nodes()
                            .get(ADMIN_MILLIS, TimeUnit.MILLISECONDS)
                            .size()
                    < BROKERS) {
                return false;
            }
            Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(ADMIN_MILLIS, TimeUnit.MILLISECONDS);
            return admin
                    .describeTopics(names)
                    .allTopicNames()
                    .get(ADMIN_MILLIS, TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .allMatch(KafkaCluster::isInSync);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static boolean isInSync(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(partition -> partition.leader() != null
                        && partition.isr().size() == partition.replicas().size());
    }

    /** Kills all brokers. */
    @Override
    public void close() throws IOException, InterruptedException {
        for (KafkaBroker broker : brokers) {
            broker.kill();
        }
        proxies.values().forEach(all -> all.forEach(FaultProxy::close));
    }
}
