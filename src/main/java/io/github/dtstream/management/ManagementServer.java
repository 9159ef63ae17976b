package io.github.dtstream.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.management.Resources.Answer;
import io.github.dtstream.management.Resources.Resource;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers on a loopback port: {@code /health} with {@code /health/live} and {@code /health/ready}, {@code /metrics} in Prometheus' text format, {@code /routes}, {@code /gaps},
 * {@code /jobs}, {@code /alarms}. The port is written to a file in the data folder, where the commands find it. Nothing that it shows is
 * secret. A request that starts something ({@code POST /jobs/replay}, {@code POST /jobs/backfill}, {@code POST /alarms}) must carry the token that
 * lies in a file beside the port's, readable by its owner only.
 */
public final class ManagementServer implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String AUTHORIZATION = "Bearer ";
    private static final int BACKLOG = 16;
    private static final int LONGEST_BODY = 64 * 1024;

    private final HttpServer server;
    private final ScheduledExecutorService threads;
    private final Path tokenFile;
    private final ManagementEndpointFile note;
    private final String token;
    private final RouterStatus status;
    private final Jobs jobs;
    private final AlarmRequests alarms;
    /** Guarded by this: made when first asked for, as it takes a while. */
    private @Nullable Metrics metrics;

    private ManagementServer(
            HttpServer server,
            Path dataDirectory,
            String token,
            RouterStatus status,
            Jobs jobs,
            Supervisor supervisor) {
        this.server = server;
        this.tokenFile = ManagementEndpointFile.tokenFile(dataDirectory);
        this.token = token;
        this.status = status;
        this.jobs = jobs;
        this.alarms = new AlarmRequests(status);
        this.threads = supervisor.pool(2, "management", "a question to the management port was not answered");
        this.note = new ManagementEndpointFile(
                dataDirectory, server.getAddress().getPort(), token, threads, new SystemStorage());
    }

    /**
     * Starts it.
     *
     * @param status what it answers with
     * @param jobs what can be started through it
     * @param dataDirectory where the port and the token are noted
     * @param port 0 for any free one
     * @param random makes the token, so it must not be predictable
     * @param supervisor makes the threads
     * @throws IOException if the port is taken
     */
    public static ManagementServer start(
            RouterStatus status, Jobs jobs, Path dataDirectory, int port, RandomGenerator random, Supervisor supervisor)
            throws IOException {
        HttpServer server = listen(port);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        ManagementServer management = new ManagementServer(server, dataDirectory, token, status, jobs, supervisor);
        management.serve();
        management.note.write();
        return management;
    }

    private static HttpServer listen(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (BindException e) {
            throw new IOException("the port " + port + " is taken by another process", e);
        }
    }

    /** What a request must carry to start something on the router of this data folder. */
    public static String tokenOf(Path dataDirectory) throws IOException {
        return Files.readString(ManagementEndpointFile.tokenFile(dataDirectory)).trim();
    }

    /** The port that the router on this data folder listens on, as noted by {@link #start}. */
    public static int portOf(Path dataDirectory) throws IOException {
        return Integer.parseInt(
                Files.readString(ManagementEndpointFile.portFile(dataDirectory)).trim());
    }

    /** Where it answers. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve() {
        Resources resources = new Resources(
                List.of(
                        Resource.toRead("/health", () -> health(status.health())),
                        Resource.toRead("/health/live", () -> health(status.liveness())),
                        Resource.toRead("/health/ready", () -> health(status.readiness())),
                        Resource.toRead(
                                "/routes",
                                () -> Answer.json(200, status.routesJson().set("jobs", jobs.all()))),
                        Resource.toRead("/gaps", () -> Answer.json(200, status.gapsJson())),
                        Resource.toRead(
                                "/metrics",
                                () -> Answer.text(
                                        200,
                                        "text/plain; version=0.0.4; charset=utf-8",
                                        metrics().scrape())),
                        new Resource("/rejected", this::rejected, null),
                        new Resource("/alarms", exchange -> alarms.list(), this::alarmCommand),
                        new Resource("/alarms/history", this::alarmHistory, null),
                        Resource.toRead("/jobs", () -> Answer.json(200, jobs.all())),
                        new Resource("/jobs/*", this::job, this::startJob)),
                status.masking());
        server.createContext("/", resources);
        server.setExecutor(threads);
        server.start();
    }

    private Answer health(List<Health> parts) {
        boolean down = RouterStatus.overall(parts) == Health.Status.DOWN;
        return Answer.json(down ? 503 : 200, status.json(parts));
    }

    private synchronized Metrics metrics() {
        if (metrics == null) {
            metrics = new Metrics(status);
        }
        return metrics;
    }

    private Answer rejected(HttpExchange exchange) throws IOException, HttpProblem {
        return Answer.json(
                200,
                RejectedList.of(status.rejectFiles(), exchange.getRequestURI().getRawQuery()));
    }

    private Answer alarmHistory(HttpExchange exchange) throws IOException, HttpProblem {
        return alarms.history(exchange.getRequestURI().getRawQuery());
    }

    private Answer alarmCommand(HttpExchange exchange) throws IOException, HttpProblem {
        requireToken(exchange);
        try {
            return alarms.command(MAPPER.readTree(exchange.getRequestBody().readNBytes(LONGEST_BODY)));
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "the request is no JSON");
        }
    }

    private Answer job(HttpExchange exchange) throws HttpProblem {
        return Answer.json(200, jobs.get(lastOfPath(exchange)));
    }

    private Answer startJob(HttpExchange exchange) throws HttpProblem, IOException {
        requireToken(exchange);
        try {
            JsonNode request = MAPPER.readTree(exchange.getRequestBody().readNBytes(LONGEST_BODY));
            return Answer.json(202, jobs.start(lastOfPath(exchange), request));
        } catch (JsonProcessingException e) {
            throw new HttpProblem(400, "the request is no JSON");
        }
    }

    private static String lastOfPath(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void requireToken(HttpExchange exchange) throws HttpProblem {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        byte[] expected = (AUTHORIZATION + token).getBytes(StandardCharsets.UTF_8);
        if (given == null || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            throw new HttpProblem(401, "this needs the token in " + tokenFile + ", as Authorization: Bearer TOKEN");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        jobs.close();
        synchronized (this) {
            if (metrics != null) {
                metrics.close();
            }
        }
        note.close();
    }
}
