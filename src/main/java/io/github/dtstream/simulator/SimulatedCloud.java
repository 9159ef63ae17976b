package io.github.dtstream.simulator;

import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.simulator.device.Device;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.Identifiers;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.http.Json;
import io.github.dtstream.simulator.http.RateLimit;
import io.github.dtstream.simulator.http.ReceivedRequest;
import io.github.dtstream.simulator.http.RequestCounts;
import io.github.dtstream.simulator.stream.StreamHub;
import io.github.dtstream.simulator.weather.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * The vendor's cloud on a loopback port, as its API is documented: OAuth2 tokens, the event stream in both formats,
 * devices, history, emulator. It has one project, or several ({@link #addProject}), one service account, and faults on
 * request. Thread-safe.
 *
 * <p>The given clock determines all timestamps, and the random generator everything else: the same seed and the same
 * calls make the same devices and events. Streams read the clock at least every 50 ms, so a test can move it.
 *
 * <p>It uses the JDK's HTTP server, with its limits. TCP no-delay is off unless the system property {@code
 * sun.net.httpserver.nodelay} is {@code true} before the first server of the process is made; without it, each answer
 * on a kept connection takes about 45 ms. The {@code Date} header is the system's time, not the clock's. If a reader
 * has closed its connection, this is noticed only at the next write.
 *
 * <p>A running simulator takes faults by {@code POST /simulator/faults} (see {@link FaultCommands}) and shows its
 * status at {@code GET /simulator/status}.
 */
public final class SimulatedCloud implements AutoCloseable {
    private static final int CONNECTION_BACKLOG = 128;

    private final HttpServer server;
    private final ExecutorService exchanges;
    private final HttpApi.Access access;
    private final HttpApi api;
    private final SimulatorSettings settings;
    private final Clock clock;
    private final Project project;
    private final EventLog log;
    private final StreamHub streams;
    private final RequestCounts counts;
    private final Faults faults;
    private final Production production;
    private final List<SimulatedCloud> neighbours = new CopyOnWriteArrayList<>();

    /** @param access checks authorization, for all projects of a server */
    private SimulatedCloud(
            SimulatorSettings settings,
            Clock clock,
            RandomGenerator random,
            HttpServer server,
            ExecutorService exchanges,
            HttpApi.Access access) {
        this.settings = settings;
        this.clock = clock;
        this.server = server;
        this.exchanges = exchanges;
        this.access = access;
        this.log = new EventLog(settings.keptEvents());
        this.streams = new StreamHub(settings.maxStreams());
        this.counts = new RequestCounts();
        this.faults = new Faults(clock, streams, access.tokens());
        this.project = new Project(settings, clock, split(random), streams, faults, log);
        this.production = new Production(project, streams, clock, split(random));
        this.api = api();
    }

    private static SimulatedCloud first(
            SimulatorSettings settings, Clock clock, RandomGenerator random, HttpServer server) {
        ServiceAccount account = account(clock, random);
        AccessTokens tokens = new AccessTokens(clock, split(random), settings.tokenLife());
        RateLimit limit = settings.rateLimit() ? new RateLimit(clock) : null;
        ExecutorService exchanges = Executors.newCachedThreadPool(SimulatedCloud::thread);
        server.setExecutor(exchanges);
        return new SimulatedCloud(
                settings,
                clock,
                random,
                server,
                exchanges,
                new HttpApi.Access(account, settings.basicAuth(), tokens, limit));
    }

    /**
     * Adds a project to the same server, with its own devices, events, faults and counts. Service account, tokens and
     * rate limit are shared; the first project issues tokens, or refuses them by its faults. Closing the first closes
     * all.
     */
    public SimulatedCloud addProject(RandomGenerator random) {
        return added(new SimulatedCloud(settings, clock, random, server, exchanges, access));
    }

    /** The same with a service account of its own: only that account can read the project, and it can read no other. */
    public SimulatedCloud addProjectOfAnotherAccount(RandomGenerator random) {
        HttpApi.Access others = new HttpApi.Access(
                account(clock, random),
                access.basic(),
                new AccessTokens(clock, split(random), settings.tokenLife()),
                access.rateLimit());
        api.giveTokens(others);
        return added(new SimulatedCloud(settings, clock, random, server, exchanges, others));
    }

    private SimulatedCloud added(SimulatedCloud other) {
        api.addNeighbour(other.api);
        neighbours.add(other);
        return other;
    }

    private HttpApi api() {
        DeviceEndpoint devices = new DeviceEndpoint(project, settings.listLabels(), faults);
        HttpApi.Endpoints endpoints = new HttpApi.Endpoints(
                new TokenEndpoint(access.account(), access.tokens(), faults),
                new StreamEndpoint(project, streams, settings, faults, clock),
                new HistoryEndpoint(project, clock),
                devices,
                new LabelEndpoint(project),
                new EmulatorEndpoint(project, devices, clock),
                new ControlEndpoint(
                        new FaultCommands(faults, project), project, log, streams, access.tokens(), counts));
        return new HttpApi(project, endpoints, access, faults, counts, clock);
    }

    /**
     * Starts a cloud.
     *
     * @param random used only during this call: each part gets its own generator, so that requests do not change the
     *     events of devices
     * @throws IOException if the port is taken
     */
    public static SimulatedCloud start(SimulatorSettings settings, Clock clock, RandomGenerator random)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), settings.port());
        HttpServer server = HttpServer.create(address, CONNECTION_BACKLOG);
        SimulatedCloud cloud = first(settings, clock, random, server);
        server.createContext("/", cloud.api);
        if (settings.sensors() > 0) {
            cloud.production.startSensors(settings.sensors(), settings.speed(), settings.preload());
        }
        server.start();
        return cloud;
    }

    private static RandomGenerator split(RandomGenerator random) {
        return new SplittableRandom(random.nextLong());
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "simulator");
        thread.setDaemon(true);
        return thread;
    }

    private static ServiceAccount account(Clock clock, RandomGenerator random) {
        Identifiers identifiers = new Identifiers(random);
        Instant made = clock.instant().minus(Duration.ofDays(300));
        byte[] secret = new byte[16];
        random.nextBytes(secret);
        String email = identifiers.next(made) + "@" + identifiers.next(made) + ".serviceaccount.d21s.com";
        return new ServiceAccount(identifiers.next(made), HexFormat.of().formatHex(secret), email);
    }

    /** The base of the REST API: {@code http://127.0.0.1:PORT/v2}. */
    public URI baseUri() {
        return uri("/v2");
    }

    /** The base of the emulator's API. */
    public URI emulatorUri() {
        return uri("/emulator/v2");
    }

    /** The token endpoint. Assertions may also have another loopback port, so that a proxy can be used. */
    public URI tokenUri() {
        return uri("/oauth2/token");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The valid credentials. */
    public ServiceAccount account() {
        return access.account();
    }

    public String projectId() {
        return project.id();
    }

    /**
     * Adds sensors that send by themselves, as the setting does; when this returns, their past is in the history.
     *
     * @param speed how much faster than in reality they report
     * @param past the length of their history
     */
    public void startSensors(int count, double speed, Duration past) {
        production.startSensors(count, speed, past);
    }

    /** Adds devices that do not send by themselves; returns their identifiers. */
    public List<String> addDevices(int count, DeviceType type) {
        return project.addDevices(count, type).stream().map(Device::id).toList();
    }

    /** Adds a device with labels that does not send by itself; returns its identifier. */
    public String addDevice(DeviceType type, Map<String, String> labels) {
        return project.addEmulated(type, labels).id();
    }

    /** Changes a device's name; the device sends an event. */
    public void rename(String deviceId, String name) {
        project.relabel(device(deviceId), Map.of("name", name), List.of());
    }

    /** Removes a device, so that it is not found any more. */
    public void removeDevice(String deviceId) {
        project.removeDevice(deviceId);
    }

    /**
     * Makes a device send an event now.
     *
     * @param eventType any name, also one that the API does not know
     * @param data the event type's object as JSON, such as {@code {"value":21.5}} for a temperature; {@code updateTime}
     *     is added if it is missing
     * @throws IllegalArgumentException if there is no such device, or the data is not a JSON object
     */
    public SimulatedEvent publish(String deviceId, String eventType, String data) {
        return project.publish(device(deviceId), eventType, Json.compactObject(data));
    }

    /**
     * Produces an event with another time, or one that is not on the stream.
     *
     * @param at the event's time
     */
    public SimulatedEvent publish(
            String deviceId, String eventType, String data, Instant at, SimulatedEvent.Origin origin) {
        return project.publish(device(deviceId), eventType, Json.compactObject(data), at, origin);
    }

    private Device device(String id) {
        return project.device(id).orElseThrow(() -> new IllegalArgumentException("no such device: " + id));
    }

    /** Sends any text as a record on all open streams. */
    public void publishRaw(String record) {
        faults.rawRecord(record);
    }

    /** Gives each device a past: temperature events at equal intervals over a span until now, in the history only. */
    public void preload(Duration span, int eventsPerDevice) {
        production.preload(span, eventsPerDevice);
    }

    /**
     * Makes the devices send temperature events in turns, at a rate, until {@link #stopProduction()}; two devices are
     * added if there is none.
     *
     * @param perSecond 0.1 to 100,000
     */
    public void produce(double perSecond) {
        production.produce(perSecond);
    }

    /**
     * Makes the devices send so many temperature events in turns, as fast as the fastest open stream is read; none
     * while no stream is open.
     */
    public void flood(long events) {
        production.flood(events);
    }

    /** Ends {@link #produce} and {@link #flood}; no event of them comes after this returns. */
    public void stopProduction() {
        production.stop();
    }

    /** Ends the sensors that send by themselves; no event of them comes after this returns. */
    public void stopSensors() {
        production.stopSensors();
    }

    /** All produced events in order, without pings; the oldest are missing if there were more than the limit. */
    public List<SimulatedEvent> produced() {
        return log.events();
    }

    /** How many events were produced, without pings. */
    public long producedCount() {
        return log.count();
    }

    /**
     * Writes each event, produced before or after this call, as a line of JSON to a file, before anybody can see the
     * event: {@code {"sequence","origin","produced","event":{…}}}.
     */
    public void recordTo(Path file) throws IOException {
        log.recordTo(file);
    }

    public Faults faults() {
        return faults;
    }

    /** How many streams are open; one whose reader has gone counts until the next write to it. */
    public int openStreams() {
        return streams.size();
    }

    /** How many requests of a kind came, including refused ones. */
    public long requests(Target target) {
        return counts.of(target);
    }

    /** The latest thousand requests, oldest first. */
    public List<ReceivedRequest> latestRequests() {
        return counts.latest();
    }

    /** How many access tokens were issued. */
    public long tokensIssued() {
        return access.tokens().issued();
    }

    /** Cuts all connections and releases the port. */
    @Override
    public void close() {
        neighbours.forEach(SimulatedCloud::end);
        end();
        exchanges.shutdownNow();
        server.stop(0);
    }

    private void end() {
        production.close();
        streams.closeAll();
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the record of produced events cannot be closed", e);
        }
    }
}
