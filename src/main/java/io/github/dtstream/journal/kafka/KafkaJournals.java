package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.Remark;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.buffer.ReadAheads;
import io.github.dtstream.time.Ticker;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The journals in the topics of one Kafka. Thread-safe.
 *
 * <p>It is created by reflection, with types of the JDK alone: Kafka's clients are not in the jar, and a class loader of
 * its own loads this package with them.
 */
public final class KafkaJournals implements Journals {
    private static final long LOOK_MILLIS = 15_000;
    private static final long QUICK_LOOK_MILLIS = 2000;
    /** Keeps up with 50,000 events a second if a transaction takes no more than 15 ms. */
    private static final int USUAL_BATCH_IN_KAFKA = 2000;

    private static final Duration AT_ONCE = Duration.ZERO;
    /** How long the opening of a journal waits for the end of a read that is in progress. It reads everything itself then. */
    private static final Duration TAKE = Duration.ofSeconds(1);

    private final KafkaSettings.Names names;
    private final TopicSizes sizes;
    /** The names of journals that are known not to exist. */
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    private final ReadAheads<JournalOpening> aheads = new ReadAheads<>(TAKE);

    /**
     * @param client the options of every Kafka client, by Kafka's names: {@code bootstrap.servers}, security
     * @param prefix the beginning of the names of all topics and transactional identifiers
     * @param replication the number of brokers that keep a copy of each record
     */
    public KafkaJournals(Map<String, String> client, String prefix, int replication) {
        names = new KafkaSettings.Names(client, prefix, (short) replication);
        this.sizes = new TopicSizes(client, prefix, Ticker.SYSTEM);
    }

    @Override
    public Opened open(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
            throws IOException {
        KafkaSettings where = names.settings(kind, stream);
        try {
            KafkaJournal journal = KafkaJournal.open(where, settings, sizes, surroundings, aheads.take(where.name()));
            // another router may have held the stream meanwhile, and created the journal of its alarms
            missing.remove(where.name());
            missing.remove(names.name(Kind.ALARMS, stream));
            sizes.refresh();
            return new Opened(journal, journal.state());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the journal " + where.name() + " was opened", e);
        }
    }

    @Override
    public void readAhead(Kind kind, String stream, JournalSettings settings, Surroundings surroundings)
            throws IOException {
        KafkaSettings where = names.settings(kind, stream);
        aheads.read(
                where.name(),
                () -> Topics.existing(where)
                        .map(topics -> new JournalOpening(topics, settings, surroundings))
                        .orElse(null));
    }

    @Override
    public void readNoLongerAhead(String stream) {
        for (Kind kind : Kind.values()) {
            aheads.drop(names.name(kind, stream));
        }
    }

    @Override
    public SharedSubscription share(
            String stream,
            Sharing sharing,
            JournalSettings settings,
            Surroundings surroundings,
            PartitionListener listener) {
        return SharedReader.start(names.settings(Kind.EVENTS, stream), settings, sharing, surroundings, listener);
    }

    /** {@inheritDoc} A transaction takes some milliseconds here, and a cursor that is to be stored may wait for another one. */
    @Override
    public int usualBatch() {
        return USUAL_BATCH_IN_KAFKA;
    }

    /** {@inheritDoc} If the journal does not exist, that is remembered until this router opens a journal of the stream. */
    @Override
    public boolean isThere(Kind kind, String stream) {
        String name = names.name(kind, stream);
        if (missing.contains(name)) {
            return false;
        }
        try (Quick quick = new Quick(QUICK_LOOK_MILLIS)) {
            boolean isThere = Topics.found(quick.admin, Topics.ofState(name)).isPresent();
            if (!isThere) {
                missing.add(name);
            }
            return isThere;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A client that gives up soon, and closes without waiting. */
    private final class Quick implements AutoCloseable {
        private final Admin admin;

        Quick(long millis) {
            Map<String, Object> options = new HashMap<>(names.client());
            options.put("client.id", names.prefix() + ".look");
            options.put("default.api.timeout.ms", Long.toString(millis));
            options.put("request.timeout.ms", Long.toString(millis));
            admin = Admin.create(options);
        }

        @Override
        public void close() {
            admin.close(AT_ONCE);
        }
    }

    @Override
    public Optional<String> absence() {
        Optional<String> complaint = PortProbe.complaint(names.client());
        if (complaint.isPresent()) {
            return complaint;
        }
        try (Quick quick = new Quick(LOOK_MILLIS)) {
            quick.admin.describeCluster().nodes().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            return KafkaFailure.isPassing(e)
                    ? Optional.of(KafkaFailure.sentence(e, names.servers()))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public List<Remark> look(List<String> streams) {
        Optional<String> complaint = PortProbe.complaint(names.client());
        if (complaint.isPresent()) {
            return List.of(Remark.error(complaint.get()));
        }
        List<Remark> remarks = new ArrayList<>();
        try (Quick quick = new Quick(LOOK_MILLIS)) {
            lookAtCluster(quick.admin, remarks);
            for (String stream : streams) {
                lookAtTopics(quick.admin, names.settings(Kind.EVENTS, stream), remarks);
            }
            lookAtTransactions(remarks);
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            remarks.add(Remark.error(KafkaFailure.sentence(e, names.servers())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return remarks;
    }

    private void lookAtCluster(Admin admin, List<Remark> remarks)
            throws ExecutionException, InterruptedException, TimeoutException {
        DescribeClusterResult cluster = admin.describeCluster();
        Collection<Node> brokers = cluster.nodes().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        String id = cluster.clusterId().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        remarks.add(
                Remark.ok("Kafka at " + names.servers() + " answers: cluster " + id + ", brokers: " + brokers.size()));
        if (brokers.size() < names.replication()) {
            remarks.add(Remark.error("each record is to be on " + names.replication() + " brokers, and there are "
                    + brokers.size() + ": start more of them, or lower the replication"));
        } else if (names.replication() == 1) {
            remarks.add(
                    Remark.warning(
                            "each record is on one broker only, and is lost with that broker's disk; with three brokers, one may fail"));
        }
    }

    private static void lookAtTopics(Admin admin, KafkaSettings wanted, List<Remark> remarks)
            throws ExecutionException, InterruptedException, TimeoutException {
        Optional<TopicCheck.Found> events = Topics.found(admin, Topics.ofEvents(wanted.name()));
        Optional<TopicCheck.Found> state = Topics.found(admin, Topics.ofState(wanted.name()));
        List<Remark> wrong = new ArrayList<>();
        events.ifPresent(found -> wrong.addAll(TopicCheck.ofEvents(found, wanted)));
        state.ifPresent(found -> wrong.addAll(TopicCheck.ofState(found, wanted)));
        remarks.addAll(wrong);
        if (events.isEmpty() || state.isEmpty()) {
            remarks.add(Remark.ok(
                    "the topics of the journal " + wanted.name() + " are not there yet: the router makes them"));
        } else if (wrong.isEmpty()) {
            remarks.add(Remark.ok("the topics of the journal " + wanted.name() + " are as they should be"));
        }
    }

    /** Uses an identifier that no journal has: the identifier of a journal would take that journal over. */
    private void lookAtTransactions(List<Remark> remarks) {
        Map<String, Object> options = new HashMap<>(names.client());
        options.put("transactional.id", names.prefix() + ".doctor");
        options.put("max.block.ms", Long.toString(LOOK_MILLIS));
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            remarks.add(Remark.ok("transactions work"));
        }
    }

    /**
     * Finds out whether the brokers' ports speak TLS, before a client of Kafka connects. A client without TLS takes the alert
     * of a port with TLS for the size of an answer, asks for 350 MB of memory, and so may end the process. A client with TLS
     * only learns that the connection was closed. Stateless.
     */
    static final class PortProbe {
        private static final int PATIENCE_MILLIS = 2000;
        /** The first byte of a TLS alert. The answer of a port without TLS begins with its size, whose first byte is 0. */
        private static final int ALERT = 0x15;
        /** A request for the versions that the broker knows: its size, its key 18, version 0, number 1, no client's name. */
        private static final byte[] REQUEST = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, (byte) 0xff, (byte) 0xff};

        private PortProbe() {}

        /**
         * What is wrong with the choice of TLS, as far as a broker answers; it takes two seconds a broker at most.
         *
         * @param client the options of every Kafka client
         */
        static Optional<String> complaint(Map<String, String> client) {
            String protocol =
                    client.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
            boolean isWanted = protocol.endsWith("SSL");
            for (String server : client.getOrDefault("bootstrap.servers", "").split(",")) {
                Boolean speaks = speaksTls(server.strip());
                if (speaks != null) {
                    if (speaks == isWanted) {
                        return Optional.empty();
                    }
                    return Optional.of(
                            speaks
                                    ? "Kafka at " + server.strip()
                                            + " requires TLS: set Kafka's property security.protocol to "
                                            + (protocol.startsWith("SASL")
                                                    ? "SASL_SSL"
                                                    : "SSL, or SASL_SSL with a sign-in")
                                    : "Kafka at " + server.strip()
                                            + " does not speak TLS: name another port of it, or set Kafka's"
                                            + " property security.protocol to "
                                            + (protocol.startsWith("SASL") ? "SASL_PLAINTEXT" : "PLAINTEXT"));
                }
            }
            return Optional.empty();
        }

        /** Null if it does not answer in a way that tells. */
        private static @Nullable Boolean speaksTls(String server) {
            int colon = server.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))),
                        PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.getOutputStream().write(REQUEST);
                int first = new DataInputStream(socket.getInputStream()).readUnsignedByte();
                return first == ALERT ? Boolean.TRUE : first == 0 ? Boolean.FALSE : null;
            } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
                return null;
            }
        }
    }
}
