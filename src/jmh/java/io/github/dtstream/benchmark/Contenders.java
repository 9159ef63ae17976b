package io.github.dtstream.benchmark;

import io.github.dtstream.benchmark.Contender.Figure;
import io.github.dtstream.benchmark.Contender.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All contenders of the benchmark. */
final class Contenders {
    private static final Pattern COMPOSE_OPTIONS =
            Pattern.compile("JDK_JAVA_OPTIONS: \"@/router/java.options ([^\"]+)\"");
    private static final Set<Figure> ALL = EnumSet.allOf(Figure.class);

    private final Path project;
    private final Path jar;
    private final Path scripts;
    private final String modules;
    private final List<String> jvmOptions;
    private final String classpath = System.getProperty("java.class.path");

    /**
     * @param modules where Node.js finds the {@code mqtt} package
     * @param jvmOptions for every router
     */
    Contenders(Path project, Path jar, String modules, List<String> jvmOptions) {
        this.project = project;
        this.jar = jar;
        this.scripts = project.resolve("src/jmh/contenders");
        this.modules = modules;
        this.jvmOptions = jvmOptions;
    }

    List<Contender> all() {
        return List.of(
                new Contender("router", Set.of(Sink.values()), 1, ALL, List.of(), setup -> router(setup, List.of())),
                new Contender(
                        "router -Xmx64m",
                        Set.of(Sink.values()),
                        1,
                        ALL,
                        List.of(),
                        setup -> router(setup, List.of("-Xmx64m"))),
                new Contender(
                        "router -Xmx256m",
                        Set.of(Sink.FILES),
                        1,
                        Set.of(Figure.THROUGHPUT),
                        List.of(),
                        setup -> router(setup, List.of("-Xmx256m"))),
                new Contender(
                        "router as in the image",
                        Set.of(Sink.FILES),
                        0.3,
                        Set.of(Figure.THROUGHPUT, Figure.QUIET),
                        List.of(List.of("test", "-f", archive().toString())),
                        setup -> router(setup, imageOptions())),
                new Contender(
                        "router with AppCDS",
                        Set.of(Sink.FILES),
                        1,
                        Set.of(Figure.START),
                        List.of(List.of("test", "-f", archive().toString())),
                        setup -> router(setup, List.of("-XX:SharedArchiveFile=" + archive()))),
                new Contender("bare Java loop", Set.of(Sink.FILES), 1, ALL, List.of(), this::bareLoop),
                new Contender("bare HiveMQ loop", Set.of(Sink.MQTT), 1, ALL, List.of(), this::bareLoop),
                new Contender(
                        "bare loop with sync",
                        Set.of(Sink.FILES, Sink.MQTT),
                        1,
                        Set.of(Figure.QUIET),
                        List.of(),
                        setup -> bareLoop(setup, "synced")),
                new Contender(
                        "Node.js loop", Set.of(Sink.FILES), 1, ALL, List.of(List.of("node", "-v")), this::nodeLoop),
                new Contender(
                        "Node.js mqtt loop",
                        Set.of(Sink.MQTT),
                        1,
                        ALL,
                        List.of(List.of("node", "-e", "require('" + modules + "/mqtt')")),
                        this::nodeLoop),
                new Contender(
                        "Python loop",
                        Set.of(Sink.FILES),
                        0.2,
                        ALL,
                        List.of(List.of("python3", "-c", "import requests")),
                        this::pythonLoop),
                new Contender(
                        "curl | jq",
                        Set.of(Sink.FILES),
                        0.1,
                        ALL,
                        List.of(List.of("curl", "-V"), List.of("jq", "-V")),
                        this::curlAndJq),
                new Contender(
                        "Camel, stream:file",
                        Set.of(Sink.FILES),
                        0.2,
                        ALL,
                        List.of(),
                        setup -> camel(setup, "camel-stream.camel.yaml")),
                new Contender(
                        "Camel, file append",
                        Set.of(Sink.FILES),
                        0.05,
                        ALL,
                        List.of(),
                        setup -> camel(setup, "camel-append.camel.yaml")),
                new Contender(
                        "Camel, paho-mqtt5",
                        Set.of(Sink.MQTT),
                        0.15,
                        ALL,
                        List.of(),
                        setup -> camel(setup, "camel-mqtt.camel.yaml")));
    }

    /** What this machine lacks to run a contender; empty if nothing is missing. */
    static String missing(Contender contender) throws InterruptedException {
        for (List<String> command : contender.needs()) {
            try {
                Process probe = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (!probe.waitFor(20, TimeUnit.SECONDS) || probe.exitValue() != 0) {
                    return String.join(" ", command);
                }
            } catch (IOException e) {
                return String.join(" ", command);
            }
        }
        return "";
    }

    private List<ProcessBuilder> router(Setup setup, List<String> options) throws IOException {
        Path routes = Files.createDirectories(setup.folder().resolve("routes"));
        try (Stream<Path> shipped = Files.list(project.resolve("routes"))) {
            for (Path route : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(
                        route,
                        routes.resolve(route.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Files.writeString(
                setup.folder().resolve("application.properties"),
                String.join(
                        "\n",
                        "dt.project-id=" + EventLines.PROJECT,
                        "dt.service-account-key-id=benchmark",
                        "dt.service-account-secret=benchmark",
                        "dt.auth=basic",
                        "dt.api-url=" + setup.apiUrl(),
                        "dt.data-dir=data",
                        "dt.http-port=0",
                        "dt.route.log=false",
                        "dt.route.files=" + (setup.sink() != Sink.MQTT),
                        "dt.mqtt-url=" + (setup.sink() == Sink.FILES ? "" : setup.broker("tcp")),
                        ""));
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(options);
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", jar.toString()));
        return List.of(in(setup, command));
    }

    /** Replaces the shipped route to files by one such route for each of so many projects. */
    static void addStreams(Setup setup, int streams) throws IOException {
        Path shipped = setup.folder().resolve("routes/events-to-files.camel.yaml");
        String route = Files.readString(shipped);
        Files.delete(shipped);
        Files.deleteIfExists(setup.folder().resolve("routes/events-to-files.test.yaml"));
        for (int i = 0; i < streams; i++) {
            String project = String.format("benchmark0project%03d", i);
            Files.writeString(
                    setup.folder().resolve("routes/" + project + ".camel.yaml"),
                    route.replace("{{dt.project-id}}", project).replace("id: events-to-files", "id: " + project));
        }
    }

    /** The container image's JVM options, except for the path of the class archive. */
    private List<String> imageOptions() throws IOException {
        Path image = project.resolve("src/image");
        List<String> options = new ArrayList<>();
        for (String line : Files.readAllLines(image.resolve("java.options"))) {
            if (line.startsWith("-XX:SharedArchiveFile=")) {
                options.add("-XX:SharedArchiveFile=" + archive());
            } else if (line.startsWith("-")) {
                options.add(line);
            }
        }
        String compose = Files.readString(image.resolve("compose.yaml"));
        Matcher more = COMPOSE_OPTIONS.matcher(compose);
        if (!more.find()) {
            throw new IOException("compose.yaml has no options of Java: " + COMPOSE_OPTIONS);
        }
        options.addAll(List.of(more.group(1).split(" ")));
        return options;
    }

    /** The class archive that {@code mvn package} makes beside the jar. */
    private Path archive() {
        return jar.resolveSibling("dt-stream-router.jsa");
    }

    private List<ProcessBuilder> bareLoop(Setup setup, String... more) {
        List<String> command = new ArrayList<>(
                List.of(java(), "-cp", classpath, BareLoop.class.getName(), setup.streamUrl(), target(setup)));
        command.addAll(List.of(more));
        return List.of(in(setup, command));
    }

    private List<ProcessBuilder> nodeLoop(Setup setup) {
        ProcessBuilder node =
                in(setup, "node", scripts.resolve("loop.js").toString(), setup.streamUrl(), target(setup));
        node.environment().put("NODE_PATH", modules);
        return List.of(node);
    }

    private List<ProcessBuilder> pythonLoop(Setup setup) {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                scripts.resolve("loop.py").toString(),
                setup.streamUrl(),
                setup.file().toString()));
        if (setup.latency()) {
            command.add("flush");
        }
        return List.of(in(setup, command));
    }

    private List<ProcessBuilder> curlAndJq(Setup setup) {
        List<String> jq = new ArrayList<>(
                List.of("jq", "-c", "-f", scripts.resolve("record.jq").toString()));
        if (setup.latency()) {
            jq.add(1, "--unbuffered");
        }
        return List.of(
                in(setup, "curl", "-sN", setup.streamUrl()),
                in(setup, jq).redirectOutput(setup.file().toFile()));
    }

    private List<ProcessBuilder> camel(Setup setup, String routes) {
        return List.of(in(
                setup,
                java(),
                "-cp",
                classpath,
                CamelLoop.class.getName(),
                scripts.resolve(routes).toString(),
                "bench.url=" + setup.streamUrl(),
                "bench.folder=" + setup.events(),
                "bench.file=" + setup.file().getFileName(),
                "bench.broker=" + setup.broker("tcp")));
    }

    private static String target(Setup setup) {
        return setup.sink() == Sink.MQTT ? setup.broker("mqtt") : setup.file().toString();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static ProcessBuilder in(Setup setup, String... command) {
        return in(setup, List.of(command));
    }

    private static ProcessBuilder in(Setup setup, List<String> command) {
        return new ProcessBuilder(command).directory(setup.folder().toFile());
    }
}
