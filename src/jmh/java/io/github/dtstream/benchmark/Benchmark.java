package io.github.dtstream.benchmark;

import io.github.dtstream.benchmark.Contender.Figure;
import io.github.dtstream.benchmark.Contender.Sink;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.mqtt.Mosquitto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The end-to-end benchmark: each contender runs as a separate process against the same server, and the contenders take
 * turns. See {@code src/jmh/README.md}.
 */
final class Benchmark {
    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    /** Most events of the scenario with an unreachable broker. */
    private static final long MOST_EVENTS = 1_000_000;

    private static final long MOST_EVENTS_OF_STREAMS = 2_000_000;
    private static final int SETTLE_SECONDS = 20;

    private final Options options;
    private final Path project = Path.of("").toAbsolutePath();
    private final Path work;
    private final List<Contender> present = new ArrayList<>();
    private final Goals goals = new Goals();
    private int runs;
    /** Whether the router failed to deliver all events in some run. */
    private boolean failed;

    private Benchmark(Options options) {
        this.options = options;
        this.work = project.resolve("target/bench");
    }

    public static void main(String[] args) throws Exception {
        Benchmark benchmark = new Benchmark(Options.parse(args));
        benchmark.run();
        // the MQTT client's threads are not daemons
        System.exit(benchmark.failed ? 1 : 0);
    }

    private void run() throws IOException, InterruptedException {
        long began = System.nanoTime();
        Folders.delete(work);
        Files.createDirectories(work);
        System.out.println(Report.machine());
        Contenders contenders = new Contenders(
                project,
                project.resolve(options.jar()),
                project.resolve("target/npm/node_modules").toString(),
                options.jvmOptions());
        for (Contender contender : contenders.all()) {
            String missing = options.takes(contender) ? Contenders.missing(contender) : "";
            if (!missing.isEmpty()) {
                System.out.println("left out: " + contender.name() + ", for this does not work here: " + missing);
            } else if (options.takes(contender)) {
                present.add(contender);
            }
        }
        for (Scenario scenario : Scenario.values()) {
            if (scenario.sink != Sink.FILES && !Mosquitto.isInstalled() && options.takes(scenario)) {
                System.out.println("left out: " + scenario.title + ", for there is no mosquitto here");
            } else if (options.takes(scenario)) {
                Calibration before = Calibration.measure();
                String table = table(scenario);
                System.out.println(table + Calibration.line(before, Calibration.measure()));
            }
        }
        System.out.println(goals.table());
        System.out.printf(
                "%d minutes in all.%n",
                Duration.ofNanos(System.nanoTime() - began).toMinutes());
    }

    private String table(Scenario scenario) throws IOException, InterruptedException {
        return switch (scenario) {
            case START -> {
                Map<String, List<Start>> starts = inTurn(scenario, this::start);
                goals.ofStart(starts);
                yield Report.start(scenario.title, starts);
            }
            case BACKLOG -> backlog(scenario);
            case STREAMS -> {
                List<ManyStreams> results = manyStreams(scenario);
                goals.ofStreams(results);
                yield Report.manyStreams(scenario.title, results);
            }
            case FILES, MQTT, STOCK, DELAYED, BOTH -> {
                Map<String, List<Throughput>> results = inTurn(scenario, this::throughput);
                goals.ofThroughput(scenario, results);
                yield Report.throughput(scenario.title, results);
            }
            case FILES1000, MQTT1000 -> Report.latency(scenario.title, inTurn(scenario, this::latency));
            case FILES1, MQTT1 -> {
                Map<String, List<Latency>> results = sideBySide(scenario);
                goals.ofQuiet(scenario, results);
                yield Report.latency(scenario.title, results);
            }
        };
    }

    /** One run. */
    private interface Run<T> {
        T of(Scenario scenario, Contender contender, Path folder) throws IOException, InterruptedException;
    }

    /** Measures all contenders once, then again, so that all meet the same changes in the machine's speed. */
    private <T extends Outcome> Map<String, List<T>> inTurn(Scenario scenario, Run<T> run)
            throws IOException, InterruptedException {
        Map<String, List<T>> results = new LinkedHashMap<>();
        List<Contender> taking = taking(scenario);
        for (int round = 0; round < options.runs(); round++) {
            for (Contender contender : taking) {
                Path folder = folder();
                T result = run.of(scenario, contender, folder);
                note(scenario, contender, folder, result);
                results.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                        .add(result);
            }
        }
        return results;
    }

    /** Runs all contenders at the same time: at one event a second they do not slow each other. */
    private Map<String, List<Latency>> sideBySide(Scenario scenario) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Map<Contender, Path> folders = new LinkedHashMap<>();
            Map<Contender, Future<Latency>> running = new LinkedHashMap<>();
            for (Contender contender : taking(scenario)) {
                Path folder = folder();
                folders.put(contender, folder);
                running.put(contender, threads.submit(() -> latency(scenario, contender, folder)));
            }
            Map<String, List<Latency>> results = new LinkedHashMap<>();
            for (Map.Entry<Contender, Future<Latency>> each : running.entrySet()) {
                Latency result = each.getValue().get();
                note(scenario, each.getKey(), folders.get(each.getKey()), result);
                results.put(each.getKey().name(), List.of(result));
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException(scenario + " went wrong", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void note(Scenario scenario, Contender contender, Path folder, Outcome result) throws IOException {
        failed |= contender.isRouter() && (!result.isWhole() || hasRunOutOfMemory(folder));
        System.err.println(scenario + " " + contender.name() + " " + result);
    }

    /** Whether the log of a run says that memory ran out: what such a run still delivers is luck. */
    private static boolean hasRunOutOfMemory(Path folder) throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) && Files.readString(log).contains("OutOfMemoryError");
    }

    private Throughput throughput(Scenario scenario, Contender contender, Path folder)
            throws IOException, InterruptedException {
        long most = scenario.sink == Sink.FILES ? options.events() : options.mqttEvents();
        long events = Math.max(1000, (long) (most * contender.share()));
        try (Mosquitto broker = broker(scenario, folder);
                FaultProxy line = scenario.delayed ? line(broker) : null;
                EventServer server = new EventServer(new EventServer.Plan(events, 0, !contender.isRouter()), 0)) {
            Setup setup = setup(scenario, folder, server, broker, line);
            try (Throughput.Progress progress =
                            new Throughput.Progress(setup, broker == null ? 0 : broker.port(), events);
                    Launched launched = Launched.start(contender.command().pipeline(setup), folder.resolve("log"))) {
                return Throughput.measure(server, launched, broker, progress, events);
            }
        } finally {
            clear(folder);
        }
    }

    private Latency latency(Scenario scenario, Contender contender, Path folder)
            throws IOException, InterruptedException {
        int events = Math.max(5, scenario.rate * options.seconds());
        try (Mosquitto broker = broker(scenario, folder);
                EventServer server = new EventServer(new EventServer.Plan(events, scenario.rate, false), 0)) {
            Setup setup = setup(scenario, folder, server, broker, null);
            try (Launched launched = Launched.start(contender.command().pipeline(setup), folder.resolve("log"))) {
                Duration limit = Duration.ofSeconds(options.seconds() + 60L);
                return Latency.measure(
                        launched, setup, broker == null ? 0 : broker.port(), events, limit, scenario.rate == 1);
            }
        } finally {
            clear(folder);
        }
    }

    /** The second start in a folder: the router has checked the routes in the first one. */
    private Start start(Scenario scenario, Contender contender, Path folder) throws IOException, InterruptedException {
        try {
            startOnce(scenario, contender, folder);
            Folders.delete(folder.resolve("data/events"));
            Folders.delete(folder.resolve("data/journal"));
            return startOnce(scenario, contender, folder);
        } finally {
            clear(folder);
        }
    }

    private Start startOnce(Scenario scenario, Contender contender, Path folder)
            throws IOException, InterruptedException {
        try (EventServer server = new EventServer(new EventServer.Plan(Integer.MAX_VALUE, scenario.rate, false), 0)) {
            Setup setup = setup(scenario, folder, server, null, null);
            return Start.measure(contender.command().pipeline(setup), setup, folder.resolve("log"));
        }
    }

    /** With little memory, because this scenario measures memory. */
    private String backlog(Scenario scenario) throws IOException, InterruptedException {
        Contender router = Contender.named("router -Xmx64m", present);
        if (router == null) {
            return "";
        }
        Path folder = folder();
        long events = Math.min(options.events(), MOST_EVENTS);
        try (EventServer server = new EventServer(new EventServer.Plan(events, 0, false), 0);
                Mosquitto broker = Mosquitto.prepare(folder, limits(scenario))) {
            Setup setup = setup(scenario, folder, server, broker.port());
            try (Launched launched = Launched.start(router.command().pipeline(setup), folder.resolve("log"))) {
                return Report.backlog(scenario.title, Backlog.measure(launched, setup, broker, events));
            }
        } finally {
            clear(folder);
        }
    }

    /** With the memory that is recommended for many projects. */
    private List<ManyStreams> manyStreams(Scenario scenario) throws IOException, InterruptedException {
        Contender router = Contender.named("router -Xmx256m", present);
        List<ManyStreams> results = new ArrayList<>();
        for (int streams : router == null ? List.<Integer>of() : options.streams()) {
            Path folder = folder();
            long each = Math.min(options.events(), MOST_EVENTS_OF_STREAMS) / streams;
            try (EventServer server = new EventServer(new EventServer.Plan(each, 0, false), 0)) {
                Setup setup = setup(scenario, folder, server, 0);
                List<ProcessBuilder> command = router.command().pipeline(setup);
                Contenders.addStreams(setup, streams);
                try (Launched launched = Launched.start(command, folder.resolve("log"))) {
                    ManyStreams result = ManyStreams.measure(
                            launched,
                            server,
                            setup,
                            streams,
                            each * streams,
                            Duration.ofSeconds(Math.min(options.seconds(), SETTLE_SECONDS)));
                    note(scenario, router, folder, result);
                    results.add(result);
                }
            } finally {
                clear(folder);
            }
        }
        return results;
    }

    private List<Contender> taking(Scenario scenario) {
        return present.stream()
                .filter(contender -> contender.sinks().contains(scenario.sink))
                .filter(contender -> contender.figures().contains(scenario.figure()))
                .toList();
    }

    /** Null if the scenario needs none. */
    private static Mosquitto broker(Scenario scenario, Path folder) throws IOException, InterruptedException {
        return scenario.sink == Sink.FILES ? null : Mosquitto.start(folder, limits(scenario));
    }

    /** A proxy that delays everything to the broker by the same time, at any rate. */
    private static FaultProxy line(Mosquitto broker) throws IOException {
        FaultProxy line = FaultProxy.start(broker.port());
        line.delay(ROUND_TRIP);
        return line;
    }

    /** Settings of mosquitto. The second value is its default. */
    private static String[] limits(Scenario scenario) {
        return new String[] {scenario.open ? "max_inflight_messages 0" : "max_queued_messages 1000"};
    }

    private static Setup setup(Scenario scenario, Path folder, EventServer server, Mosquitto broker, FaultProxy line)
            throws IOException {
        return setup(scenario, folder, server, broker == null ? 0 : line == null ? broker.port() : line.port());
    }

    private static Setup setup(Scenario scenario, Path folder, EventServer server, int brokerPort) throws IOException {
        Path events = Files.createDirectories(folder.resolve("data/events"));
        return new Setup(
                scenario.sink, folder, events, server.streamUrl(), server.apiUrl(), brokerPort, scenario.rate > 0);
    }

    private Path folder() throws IOException {
        return Files.createDirectories(work.resolve("run-" + ++runs));
    }

    /** Deletes the data, which would fill a small disk if all runs kept them; keeps the logs. */
    private static void clear(Path folder) throws IOException {
        Folders.delete(folder.resolve("data"));
    }

    /** What is measured. */
    enum Scenario {
        START("Start to the first event in the file", Sink.FILES, true, false, 20),
        FILES("Files", Sink.FILES, true, false, 0),
        MQTT("MQTT, QoS 1, mosquitto with max_inflight_messages 0", Sink.MQTT, true, false, 0),
        STOCK("MQTT, QoS 1, mosquitto as installed", Sink.MQTT, false, false, 0),
        DELAYED("MQTT, QoS 1, 20 ms of round trip, max_inflight_messages 0", Sink.MQTT, true, true, 0),
        BOTH("Files and MQTT at once", Sink.BOTH, true, false, 0),
        BACKLOG("Files and MQTT, the broker away until all is in the files", Sink.BOTH, true, false, 0),
        STREAMS("Files, many projects in one process", Sink.FILES, true, false, 0),
        FILES1000("Files, 1,000 events/s", Sink.FILES, true, false, 1000),
        MQTT1000("MQTT, QoS 1, 1,000 events/s", Sink.MQTT, true, false, 1000),
        FILES1("Files, 1 event/s", Sink.FILES, true, false, 1),
        MQTT1("MQTT, QoS 1, 1 event/s", Sink.MQTT, true, false, 1);

        private final String title;
        private final Sink sink;
        /** Whether clients may have any number of messages under way; otherwise mosquitto's default limit applies. */
        private final boolean open;

        private final boolean delayed;
        private final int rate;

        Scenario(String title, Sink sink, boolean open, boolean delayed, int rate) {
            this.title = title;
            this.sink = sink;
            this.open = open;
            this.delayed = delayed;
            this.rate = rate;
        }

        private Figure figure() {
            if (this == START) {
                return Figure.START;
            }
            return rate == 0 ? Figure.THROUGHPUT : rate == 1 ? Figure.QUIET : Figure.LATENCY;
        }
    }

    /**
     * @param events to files, in each run
     * @param mqttEvents to a broker
     * @param runs of each contender
     * @param seconds of a run at a steady rate
     * @param scenarios their names, without regard to case; empty for all
     * @param contenders parts of their names; empty for all
     * @param jvmOptions for every router
     * @param streams numbers of projects
     */
    record Options(
            long events,
            long mqttEvents,
            int runs,
            int seconds,
            List<String> scenarios,
            List<String> contenders,
            List<String> jvmOptions,
            List<Integer> streams,
            String jar) {
        static Options parse(String[] args) {
            Map<String, String> given = new TreeMap<>(Map.of(
                    "events", "3000000",
                    "mqtt-events", "600000",
                    "runs", "3",
                    "seconds", "20",
                    "scenarios", "",
                    "contenders", "",
                    "jvm-options", "",
                    "streams", "1,10,100",
                    "jar", "target/dt-stream-router.jar"));
            for (String arg : args) {
                String[] option = arg.replaceFirst("^--", "").split("=", 2);
                if (arg.equals("--quick")) {
                    given.putAll(Map.of(
                            "events", "20000",
                            "mqtt-events", "5000",
                            "runs", "1",
                            "seconds", "2",
                            "contenders", "router,bare,python",
                            "streams", "1,3",
                            "scenarios", "start,files,mqtt,streams,files1000"));
                } else if (arg.equals("--goals")) {
                    given.putAll(Map.of(
                            "seconds", "180",
                            "streams", "1,100",
                            "contenders", "router,bare Java loop!,bare HiveMQ loop!,Node.js loop!,Python loop!",
                            "scenarios", "start,files,mqtt,streams,files1"));
                } else if (option.length == 2 && given.containsKey(option[0])) {
                    given.put(option[0], option[1]);
                } else if (!arg.isBlank()) {
                    throw new IllegalArgumentException(
                            arg + " is no option; there are --quick, --goals and --NAME=VALUE for " + given.keySet());
                }
            }
            return new Options(
                    Long.parseLong(given.get("events")),
                    Long.parseLong(given.get("mqtt-events")),
                    Integer.parseInt(given.get("runs")),
                    Integer.parseInt(given.get("seconds")),
                    list(given.get("scenarios")),
                    list(given.get("contenders")),
                    list(given.get("jvm-options")),
                    list(given.get("streams")).stream().map(Integer::valueOf).toList(),
                    given.get("jar"));
        }

        private static List<String> list(String text) {
            return Stream.of(text.split(",")).filter(part -> !part.isBlank()).toList();
        }

        boolean takes(Scenario scenario) {
            return scenarios.isEmpty() || scenarios.stream().anyMatch(scenario.name()::equalsIgnoreCase);
        }

        boolean takes(Contender contender) {
            return contenders.isEmpty()
                    || contenders.stream()
                            .anyMatch(part -> part.endsWith("!")
                                    ? contender.name().equalsIgnoreCase(part.substring(0, part.length() - 1))
                                    : contender
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .contains(part.toLowerCase(Locale.ROOT)));
        }
    }
}
