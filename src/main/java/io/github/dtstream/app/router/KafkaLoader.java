package io.github.dtstream.app.router;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.app.settings.KafkaClients;
import io.github.dtstream.app.settings.Setting;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.cluster.RouterGroup;
import io.github.dtstream.cluster.StreamGroups;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.StoredJournals;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Loads the packages {@code journal.kafka} and {@code cluster.kafka} so that they see Kafka's client in {@code lib/}.
 * Classes that the router's own class loader loads do not see {@code lib/}.
 */
public final class KafkaLoader extends ClassLoader {
    private static final String JOURNALS_PACKAGE = "io.github.dtstream.journal.kafka.";
    private static final String GROUP_PACKAGE = "io.github.dtstream.cluster.kafka.";
    private static final String JOURNALS = JOURNALS_PACKAGE + "KafkaJournals";
    private static final String STORED = JOURNALS_PACKAGE + "KafkaStoredJournals";
    private static final String GROUPS = GROUP_PACKAGE + "KafkaStreamGroups";

    private KafkaLoader(ClassLoader lib) {
        super(lib);
    }

    /**
     * The journals in the Kafka that the settings name. Connects to nothing yet.
     *
     * @throws ConfigurationException if Kafka's client is missing
     */
    public static Journals journals(Settings settings) throws ConfigurationException {
        requireClient();
        return made(
                JOURNALS,
                Journals.class,
                List.of(Map.class, String.class, int.class),
                client(settings),
                settings.get(Setting.KAFKA_PREFIX),
                Integer.parseInt(settings.get(Setting.KAFKA_REPLICATION)));
    }

    /**
     * The same journals as wholes.
     *
     * @throws ConfigurationException if Kafka's client is missing
     */
    static StoredJournals storedJournals(Settings settings, Journals.Surroundings surroundings)
            throws ConfigurationException {
        requireClient();
        return made(
                STORED,
                StoredJournals.class,
                List.of(Map.class, String.class, int.class, Journals.Surroundings.class),
                client(settings),
                settings.get(Setting.KAFKA_PREFIX),
                Integer.parseInt(settings.get(Setting.KAFKA_REPLICATION)),
                surroundings);
    }

    /**
     * The settings, and no metrics of the clients' own, by JMX or sent to the brokers: with them, a client takes several times
     * as long to open and close, and the router opens a dozen of them when it takes a stream over.
     */
    private static Map<String, String> client(Settings settings) {
        Map<String, String> client = new TreeMap<>(settings.kafkaClient());
        client.put("auto.include.jmx.reporter", "false");
        client.put("metric.reporters", "");
        client.put("enable.metrics.push", "false");
        return client;
    }

    private static void requireClient() throws ConfigurationException {
        if (!KafkaClients.areThere()) {
            throw new ConfigurationException(Setting.JOURNAL.key()
                    + "=kafka needs Kafka's client, which is not in the jar: " + KafkaClients.COMMAND + " fetches it.");
        }
    }

    private static <T> T made(String name, Class<T> type, List<Class<?>> parameters, Object... arguments) {
        try {
            return Class.forName(name, true, loader())
                    .asSubclass(type)
                    .getConstructor(parameters.toArray(Class[]::new))
                    .newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name + " cannot be loaded", e);
        }
    }

    /** The group that the settings name. */
    static RouterGroup group(Settings settings) {
        return new RouterGroup(
                settings.get(Setting.KAFKA_PREFIX) + "." + settings.get(Setting.KAFKA_GROUP),
                settings.has(Setting.KAFKA_NODE) ? settings.get(Setting.KAFKA_NODE) : machine());
    }

    /** Joins the group that this router's settings name. Connects to nothing yet. */
    static StreamGroups groups(Settings settings, Clock clock, Supervisor supervisor) {
        return made(
                GROUPS,
                StreamGroups.class,
                List.of(Map.class, String.class, String.class, int.class, boolean.class, Clock.class, Supervisor.class),
                client(settings),
                group(settings).name(),
                group(settings).node(),
                Integer.parseInt(settings.get(Setting.KAFKA_REPLICATION)),
                settings.get(Setting.STANDBY).equals("hot"),
                clock,
                supervisor);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
        } catch (UnknownHostException e) {
            return "unnamed";
        }
    }

    private static ClassLoader loader() {
        ClassLoader own = KafkaLoader.class.getClassLoader();
        ClassLoader lib = KafkaClients.loader();
        return own == lib ? own : new KafkaLoader(lib);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(JOURNALS_PACKAGE) && !name.startsWith(GROUP_PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
