package io.github.dtstream.app;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.SimulatedCloud;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A process that runs the packaged jar in a folder of its own. */
final class JarProcess implements AutoCloseable {
    /** Far more than it takes: a machine may be busy with other things. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path out;
    private final Path err;

    private JarProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The settings of a process; those of the router are written to the folder's application.properties. */
    static final class Setup {
        private final Path folder;
        private final Map<String, String> environment = new HashMap<>();
        private final List<String> jvm = new ArrayList<>();
        private final Map<String, String> properties = new HashMap<>();
        private final List<String> classPath = new ArrayList<>();
        private String jar = System.getProperty("dt.jar");

        Setup(Path folder) {
            this.folder = folder;
        }

        Setup shippedRoutes() throws IOException {
            Path routes = Files.createDirectories(folder.resolve("routes"));
            try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
                for (Path route : shipped.filter(path -> path.toString().endsWith(".camel.yaml"))
                        .toList()) {
                    Files.copy(route, routes.resolve(route.getFileName()));
                }
            }
            return this;
        }

        Setup cloud(SimulatedCloud cloud) {
            properties.putAll(RouterFixture.PINGS);
            return property("dt.http-port", "0")
                    .property("dt.api-url", cloud.baseUri().toString())
                    .property("dt.token-url", cloud.tokenUri().toString())
                    .property("dt.project-id", cloud.projectId())
                    .property("dt.service-account-key-id", cloud.account().keyId())
                    .property("dt.service-account-secret", cloud.account().secret())
                    .property("dt.service-account-email", cloud.account().email());
        }

        Setup property(String key, String value) {
            properties.put(key, value);
            return this;
        }

        Setup environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Setup jvm(String option) {
            jvm.add(option);
            return this;
        }

        /** Another copy of the jar. */
        Setup jar(Path copy) {
            jar = copy.toString();
            return this;
        }

        /** Adds a class of the tests to the class path, next to the jar's. */
        Setup with(Class<?> type) throws IOException {
            Path classes = folder.resolve("classes");
            String name = type.getName().replace('.', '/') + ".class";
            Path file = classes.resolve(name);
            Files.createDirectories(file.getParent());
            try (InputStream in = Objects.requireNonNull(type.getClassLoader().getResourceAsStream(name))) {
                Files.copy(in, file);
            }
            classPath.add(classes.toString());
            return this;
        }

        private List<String> program() {
            if (classPath.isEmpty()) {
                return List.of("-jar", jar);
            }
            return List.of(
                    "-cp", String.join(File.pathSeparator, classPath) + File.pathSeparator + jar, Main.class.getName());
        }

        JarProcess start(String... arguments) throws IOException {
            StringBuilder file = new StringBuilder();
            properties.forEach(
                    (key, value) -> file.append(key).append('=').append(value).append('\n'));
            Files.writeString(folder.resolve("application.properties"), file);
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // The test checks behaviour, not speed; with these options the JVM starts with less work.
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
            command.addAll(jvm);
            command.addAll(program());
            command.addAll(List.of(arguments));
            Path out = Files.createTempFile(folder, "out", ".txt");
            Path err = Files.createTempFile(folder, "err", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("DT_"));
            builder.environment().putAll(environment);
            return new JarProcess(builder.start(), out, err);
        }
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the output contains a text. */
    void awaitOutput(String text) throws InterruptedException {
        await("output with '" + text + "'", () -> out().contains(text));
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("no " + what + (process.isAlive() ? " in time" : "; the process has ended")
                        + "\nout:\n" + out() + "\nerr:\n" + err());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Sends a signal such as TERM or INT. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** The exit code; waits until the process has ended by itself. */
    int exitCode() throws InterruptedException {
        return exitCode(PATIENCE);
    }

    int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it still runs after " + patience + "\nout:\n" + out() + "\nerr:\n" + err()
                    + "\nthreads:\n" + threads());
        }
        return process.exitValue();
    }

    /** A dump of its threads. */
    private String threads() throws InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jstack");
        try {
            Process dump = new ProcessBuilder(tool.toString(), Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start();
            String text = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            dump.waitFor();
            return text;
        } catch (IOException e) {
            return "not known: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
