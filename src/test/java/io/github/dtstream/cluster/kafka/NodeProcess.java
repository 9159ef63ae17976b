package io.github.dtstream.cluster.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A {@link GroupNode} and the lines that it has printed. Thread-safe. */
final class NodeProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Writer orders;
    /** Guarded by itself. */
    private final List<String> said = new ArrayList<>();
    /** All lines, also those of its log. Guarded by {@link #said}. */
    private final List<String> printed = new ArrayList<>();

    NodeProcess(String address, String group, String name, String... streams) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Ddt.log-level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                GroupNode.class.getName(),
                address,
                group,
                name));
        command.addAll(List.of(streams));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        orders = process.outputWriter();
        Thread listens = new Thread(this::listen, "node-" + name);
        listens.setDaemon(true);
        listens.start();
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    printed.add(line);
                    if (line.startsWith(GroupNode.SAYS)) {
                        said.add(line.substring(GroupNode.SAYS.length()));
                    }
                }
            }
        } catch (IOException e) {
            // the node was killed
        }
    }

    String name() {
        return name;
    }

    List<String> said() {
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    /** How many times Kafka's client has joined the group, or tried to. */
    long joinings() {
        synchronized (said) {
            return printed.stream()
                    .filter(line -> line.contains("(Re-)joining group"))
                    .count();
        }
    }

    /** What it said and what this project's code logged, to explain a failure. */
    String story() {
        synchronized (said) {
            return printed.stream()
                    .filter(line -> line.startsWith(GroupNode.SAYS) || line.contains(" i.g.d."))
                    .filter(line -> !line.startsWith(GroupNode.SAYS + "holding"))
                    .collect(Collectors.joining("\n", "node " + name + ":\n", "\n"));
        }
    }

    /** The streams that the node holds, by the lines that it printed. */
    Set<String> held() {
        Set<String> held = new TreeSet<>();
        for (String line : said()) {
            String[] parts = line.split(" ", 2);
            switch (parts[0]) {
                case "assigned" -> held.addAll(List.of(parts[1].split(",")));
                case "revoked", "lost" -> List.of(parts[1].split(",")).forEach(held::remove);
                default -> {}
            }
        }
        return held;
    }

    void order(String line) throws IOException {
        orders.write(line + "\n");
        orders.flush();
    }

    /** Sends SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends SIGSTOP: the node is suspended, as on a machine that sleeps. */
    void freeze() throws Exception {
        signal("STOP");
    }

    /** Sends SIGCONT. */
    void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
