package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The one sink of several routers: an HTTP server that each router sends its batches to, at an address with the router's
 * name. So there is one order of everything that was delivered, and it is known who delivered what and when. What one
 * router delivers at a time is a part: a project or, of a route that routers share, a partition of a project. Thread-safe.
 */
final class DeliverySink implements AutoCloseable {
    private static final String ROUTE = """
            - route:
                id: events-to-%1$s
                from:
                  uri: dt-stream:{{dt.project-id}}
                  parameters: {subscriber: %1$s, %2$s}
                  steps:
                    - split:
                        simple: "${body}"
                        aggregationStrategy: "#records"
                        steps:
                          - filter:
                              simple: "${header.DtEventType} == 'ping'"
                              steps: [{stop: {}}]
                          - setBody:
                              simple: '{"eventId":"${header.DtEventId}","projectId":"${header.DtProjectId}","deviceId":"${header.DtDeviceId}","eventType":"${header.DtEventType}","timestamp":"${header.DtTimestamp}","source":"${header.DtSource}","data":${header.DtData}}'
                    - filter:
                        simple: "${body}"
                        steps:
                          - convertBodyTo: {type: String}
                          - removeHeaders: {pattern: "Dt*"}
                          - to: {uri: "%3$s", parameters: {httpMethod: POST}}
            """;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "delivery-sink");
        thread.setDaemon(true);
        return thread;
    });
    private final Path file;
    /** Guarded by this, as is everything below. */
    private final BufferedWriter copy;

    private final Map<String, ProjectDeliveries> parts = new HashMap<>();
    private final Function<JsonNode, String> partOf;

    private DeliverySink(HttpServer server, Path file, Function<JsonNode, String> partOf) throws IOException {
        this.server = server;
        this.file = file;
        this.partOf = partOf;
        copy = Files.newBufferedWriter(file);
    }

    /** @param file gets a line for each delivered record: the router's name, a space, and the record */
    static DeliverySink start(Path file) throws IOException {
        return start(file, record -> record.path("projectId").asText());
    }

    /**
     * The same with other parts.
     *
     * @param partOf the name of the part that a record belongs to: its project or, behind a slash, more
     */
    static DeliverySink start(Path file, Function<JsonNode, String> partOf) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        DeliverySink sink = new DeliverySink(server, file, partOf);
        server.createContext("/", sink::take);
        server.setExecutor(sink.threads);
        server.start();
        return sink;
    }

    /** Where a router delivers. */
    private String address(String node) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + node;
    }

    /**
     * A route with which a router delivers here.
     *
     * @param options further options of the consumer, as in a YAML flow
     */
    String route(String node, String subscriber, String options) {
        return ROUTE.formatted(subscriber, options, address(node));
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String node = exchange.getRequestURI().getPath().substring(1);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            add(node, body.lines().toList());
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private synchronized void add(String node, List<String> lines) throws IOException {
        long now = System.nanoTime();
        Map<String, Boolean> isNew = new HashMap<>();
        for (String line : lines) {
            String part = partOf.apply(SinkRecord.parse(line).json());
            boolean first = of(part).add(node, SinkRecord.identifier(line));
            isNew.merge(part, first, Boolean::logicalOr);
            copy.write(node + " " + line + "\n");
        }
        isNew.forEach((part, any) -> {
            if (any) {
                of(part).newEventsCame(now);
            }
        });
    }

    private ProjectDeliveries of(String part) {
        return parts.computeIfAbsent(part, ProjectDeliveries::new);
    }

    private Stream<ProjectDeliveries> allOf(String project) {
        return parts.entrySet().stream()
                .filter(one -> one.getKey().equals(project) || one.getKey().startsWith(project + "/"))
                .map(Map.Entry::getValue);
    }

    /** Says that a router's process has ended, so that the next one may repeat a batch. */
    synchronized void ended(String node) {
        parts.values().forEach(part -> part.ended(node));
    }

    /** The router that delivered the newest event of a project, which is one part. */
    synchronized Optional<String> holder(String project) {
        return of(project).holder();
    }

    /** How often new events of any part came from another router than those before. */
    synchronized int moves() {
        return parts.values().stream().mapToInt(ProjectDeliveries::moves).sum();
    }

    synchronized boolean hasAll(String project, Collection<String> identifiers) {
        Set<String> missing = new HashSet<>(identifiers);
        allOf(project).forEach(part -> missing.removeAll(part.identifiers()));
        return missing.isEmpty();
    }

    /** The longest time without a new event of a part of a project, between two instants of {@link System#nanoTime}. */
    synchronized Duration longestPause(String project, long from, long to) {
        return allOf(project)
                .map(part -> part.longestPause(from, to))
                .max(Duration::compareTo)
                .orElse(Duration.ofNanos(to - from));
    }

    /** The largest number of events that a router repeated in a row of deliveries. */
    synchronized int mostRepeated() {
        return parts.values().stream()
                .mapToInt(ProjectDeliveries::mostRepeated)
                .max()
                .orElse(0);
    }

    /** How many deliveries were repetitions. */
    synchronized int repeated() {
        return parts.values().stream().mapToInt(ProjectDeliveries::repeated).sum();
    }

    /** The repetitions that are more than a batch, in words. */
    synchronized List<String> repeatedMoreThan(int batch) {
        return parts.values().stream()
                .flatMap(part -> part.repeatedMoreThan(batch).stream())
                .toList();
    }

    /** The identifiers of a project's events in the order in which they came first, one part after the other. */
    synchronized List<String> order(String project) {
        return allOf(project).flatMap(part -> part.identifiers().stream()).toList();
    }

    /** Compares what was delivered of a project with what was produced. Call it when nothing is delivered any more. */
    synchronized Findings compare(String project, Oracle oracle) throws IOException {
        copy.flush();
        Findings findings = new Findings(file.getFileName() + ", project " + project, oracle);
        int number = 0;
        try (var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String record = line.substring(line.indexOf(' ') + 1);
                if (record.contains("\"projectId\":\"" + project + "\"")) {
                    findings.add(record, "delivery " + number, 0);
                }
            }
        }
        return findings.complete();
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdownNow();
        synchronized (this) {
            copy.close();
        }
    }
}
