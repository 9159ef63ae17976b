package io.github.dtstream.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.faultproxy.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Apache Kafka as a separate process, broker and controller in one. Maven downloads it; the tests' class path does not
 * have the broker's jars.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>test</groupId>
              <artifactId>kafka-broker</artifactId>
              <version>1</version>
              <dependencies>
                <dependency>
                  <groupId>org.apache.kafka</groupId>
                  <artifactId>kafka_2.13</artifactId>
                  <version>3.9.1</version>
                </dependency>
              </dependencies>
            </project>
            """;
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath";
    private static final Path KEPT = Path.of("target", "kafka-class-path.txt");
    private static final int PATIENCE_SECONDS = 300;

    private final Path folder;
    private final String classPath;
    private final int port;
    private @Nullable Process process;

    private KafkaBroker(Path folder, String classPath, int port) {
        this.folder = folder;
        this.classPath = classPath;
        this.port = port;
    }

    /** Skips the test if there is no Maven to download Kafka. */
    public static void assumeThatItCanBeHad() {
        assumeTrue(Files.isExecutable(maven()), "there is no Maven where the property dt.maven says");
    }

    private static Path maven() {
        return Path.of(System.getProperty("dt.maven", ""), "bin", "mvn");
    }

    /** Downloads Kafka with Maven, prepares its folder, and starts it. */
    public static KafkaBroker start(Path folder) throws Exception {
        return start(folder, Map.of(), List.of());
    }

    /**
     * The same with other settings.
     *
     * @param settings replace those of a lone broker, or are added to them
     * @param format further arguments of the tool that formats the folder, such as users for SCRAM
     */
    public static KafkaBroker start(Path folder, Map<String, String> settings, List<String> format) throws Exception {
        int controller = FreePort.find();
        Map<String, String> all = new TreeMap<>(Map.of(
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@127.0.0.1:" + controller,
                "listeners",
                "PLAINTEXT://127.0.0.1:" + FreePort.find() + ",CONTROLLER://127.0.0.1:" + controller,
                "offsets.topic.replication.factor",
                "1",
                "transaction.state.log.replication.factor",
                "1",
                "transaction.state.log.min.isr",
                "1",
                "broker.heartbeat.interval.ms",
                "200",
                "broker.session.timeout.ms",
                "4000"));
        all.putAll(settings);
        KafkaBroker broker = prepare(folder, classPath(folder), all, format);
        broker.begin();
        return broker;
    }

    /**
     * Downloads Kafka with Maven, and returns its class path. Maven needs some seconds of CPU for that, so the class path
     * is kept for the other tests of the build; those in other JVMs wait meanwhile.
     */
    public static synchronized String classPath(Path folder) throws Exception {
        Files.createDirectories(KEPT.getParent());
        Path guard = KEPT.resolveSibling("kafka-class-path.lock");
        try (FileChannel channel = FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock ignored = channel.lock()) {
            if (Files.exists(KEPT)) {
                String kept = Files.readString(KEPT);
                if (Stream.of(kept.split(File.pathSeparator)).allMatch(jar -> Files.exists(Path.of(jar)))) {
                    return kept;
                }
            }
            return lookUp(folder);
        }
    }

    private static String lookUp(Path folder) throws Exception {
        Files.writeString(folder.resolve("pom.xml"), POM);
        String repository = "-Dmaven.repo.local=" + System.getProperty("dt.repository");
        run(folder, List.of(maven().toString(), "-B", "-q", repository, PLUGIN, "-Dmdep.outputFile=class-path.txt"));
        String classPath = Files.readString(folder.resolve("class-path.txt")).strip();
        Path written = Files.createTempFile(KEPT.getParent(), "kafka", ".txt");
        Files.writeString(written, classPath);
        Files.move(written, KEPT, StandardCopyOption.ATOMIC_MOVE);
        return classPath;
    }

    /**
     * Prepares the folder of a broker that does not run yet.
     *
     * @param port a port on which it will listen
     * @param own the settings that differ between the brokers of tests, as lines
     */
    static KafkaBroker prepare(Path folder, String classPath, int port, String own) throws Exception {
        return prepare(folder, classPath, port, own, List.of());
    }

    /**
     * The same with these settings, the first of whose listeners is for clients.
     *
     * @param format further arguments of the tool that formats the folder
     */
    public static KafkaBroker prepare(Path folder, String classPath, Map<String, String> settings, List<String> format)
            throws Exception {
        String listener = settings.getOrDefault("listeners", "").split(",", 2)[0];
        StringBuilder own = new StringBuilder();
        settings.forEach(
                (key, value) -> own.append(key).append('=').append(value).append('\n'));
        return prepare(
                folder,
                classPath,
                Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1)),
                own.toString(),
                format);
    }

    private static KafkaBroker prepare(Path folder, String classPath, int port, String own, List<String> format)
            throws Exception {
        Files.writeString(folder.resolve("server.properties"), own + """
                process.roles=broker,controller
                controller.listener.names=CONTROLLER
                log.dirs=%s
                transaction.state.log.num.partitions=3
                offsets.topic.num.partitions=3
                num.partitions=3
                group.initial.rebalance.delay.ms=0
                """.formatted(folder.resolve("data")));
        KafkaBroker broker = new KafkaBroker(folder, classPath, port);
        List<String> arguments = new ArrayList<>(List.of("format", "-t", "AAAAAAAAAAAAAAAAAAAAAA"));
        arguments.addAll(format);
        arguments.add("-c");
        run(folder, broker.java("kafka.tools.StorageTool", arguments.toArray(String[]::new)));
        return broker;
    }

    private List<String> java(String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(List.of(arguments));
        command.add(folder.resolve("server.properties").toString());
        return command;
    }

    private static Process begin(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("log.txt").toFile()))
                .start();
    }

    private static void run(Path folder, List<String> command) throws Exception {
        Process process = begin(folder, command);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " failed: " + Files.readString(folder.resolve("log.txt")));
        }
    }

    /** The identifier of the process; 0 if it was not started. */
    public long pid() {
        return process == null ? 0 : process.pid();
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Starts the broker, and waits until it listens. */
    public void begin() throws Exception {
        launch();
        awaitListening();
    }

    /** Starts the process. */
    public void launch() throws IOException {
        process = begin(folder, java("kafka.Kafka"));
    }

    /** Waits until it listens. */
    public void awaitListening() throws Exception {
        for (int attempt = 0; attempt < PATIENCE_SECONDS * 10; attempt++) {
            try (Socket ignored = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IOException("Kafka does not listen: " + Files.readString(folder.resolve("log.txt")));
    }

    /** Sends SIGSTOP: the broker is suspended, as on a machine that sleeps. */
    public void freeze() throws Exception {
        signal("STOP");
    }

    /** Sends SIGCONT. */
    public void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Process running = process;
        if (running != null) {
            new ProcessBuilder("kill", "-" + name, String.valueOf(running.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** Kills the broker, which cannot write anything more. */
    public void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws Exception {
        kill();
    }
}
