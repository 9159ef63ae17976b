package io.github.dtstream.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page's files and made-up answers of the router's API on a loopback port, for tests of the page in a
 * browser. It can cut the stream of events, send nothing, and change gaps and alarms. Thread-safe. Values depend only
 * on device and time.
 *
 * <p>For work on the page: {@code java -cp … io.github.dtstream.page.FakeRouter 8090 60 src/main/resources/page}; it
 * reads the files again for each request.
 */
public final class FakeRouter implements AutoCloseable {
    static final String TOKEN = "fake-token";
    private static final List<String> SEVERITIES = List.of("critical", "warning", "info");
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "txt", "text/plain; charset=utf-8");

    private final ObjectMapper mapper = new ObjectMapper();
    private final FakeFleet fleet;
    private final @Nullable Path files;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor();
    private final List<OutputStream> viewers = new CopyOnWriteArrayList<>();
    private final List<ObjectNode> gaps = new CopyOnWriteArrayList<>();
    private final List<ObjectNode> alarms = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Random random = new Random(5);
    private final long startedAt = System.currentTimeMillis() - 3 * FakeFleet.DAY;
    private volatile boolean isCut;
    private volatile boolean isSilent;
    private volatile String name = "Acme facilities";
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private volatile @Nullable ObjectNode group;
    private volatile boolean waits;
    private volatile int lostEarlier;
    private volatile int rules = 2;
    private volatile @Nullable String alarmProblem;
    private volatile boolean refusesAlarms;
    private volatile long sequence = 1_204_318;
    private int beats;

    private FakeRouter(FakeFleet fleet, int port, @Nullable Path files) throws IOException {
        this.fleet = fleet;
        this.files = files;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(workers);
        fleet.alarms(mapper).forEach(alarms::add);
    }

    static FakeRouter start(FakeFleet fleet, int port, @Nullable Path files) throws IOException {
        FakeRouter router = new FakeRouter(fleet, port, files);
        router.server.start();
        router.pulse.scheduleAtFixedRate(router::beat, 250, 250, TimeUnit.MILLISECONDS);
        return router;
    }

    public static void main(String[] arguments) throws IOException {
        FakeFleet fleet = FakeFleet.of(Integer.parseInt(arguments[1]), arguments.length > 3);
        FakeRouter router = start(fleet, Integer.parseInt(arguments[0]), Path.of(arguments[2]));
        long now = System.currentTimeMillis();
        router.gap(now - 7 * FakeFleet.HOUR, now - 5 * FakeFleet.HOUR, "filling");
        System.out.println(router.uri());
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** The requested paths, in order. */
    List<String> asked() {
        return asked;
    }

    int viewers() {
        return viewers.size();
    }

    /** Closes open connections, and answers no API request until {@link #mend}. */
    void cut() {
        isCut = true;
        synchronized (this) {
            viewers.forEach(FakeRouter::end);
            viewers.clear();
        }
    }

    /** Keeps connections open and sends nothing, not even comments. */
    void keepSilent() {
        isSilent = true;
    }

    void mend() {
        isCut = false;
        isSilent = false;
    }

    void gap(long from, @Nullable Long to, String state) {
        gaps.clear();
        ObjectNode gap = mapper.createObjectNode()
                .put("stream", "acme-facilities")
                .put("from", iso(from))
                .put("state", state);
        gap.put("to", to == null ? null : iso(to))
                .put("progress", state.equals("filling") ? 0.62 : null)
                .put("filled", 812);
        gap.put("reason", "the connection was reset by the cloud's load balancer");
        gaps.add(gap);
        send("status", now());
    }

    /** From now on there are no gaps but unfillable ones of days ago, which are only counted. */
    void lostEarlier(int count) {
        gaps.clear();
        lostEarlier = count;
        send("status", now());
    }

    void send(String name, JsonNode data) {
        send("event: " + name + "\nid: " + sequence + "\ndata: " + data + "\n\n");
    }

    @Override
    public void close() {
        pulse.shutdownNow();
        cut();
        server.stop(0);
        workers.shutdownNow();
    }

    private static void end(OutputStream viewer) {
        try {
            viewer.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    /** One frame after the other: the pulse and the test may send at the same time. */
    private synchronized void send(String text) {
        for (OutputStream viewer : viewers) {
            try {
                viewer.write(text.getBytes(StandardCharsets.UTF_8));
                viewer.flush();
            } catch (IOException e) {
                viewers.remove(viewer);
            }
        }
    }

    private void beat() {
        if (isSilent || isCut) {
            return;
        }
        beats++;
        long now = System.currentTimeMillis();
        ObjectNode frame = mapper.createObjectNode().put("now", iso(now));
        ArrayNode values = frame.putArray("values");
        ArrayNode events = mapper.createArrayNode();
        for (int i = 0; i < 3; i++) {
            FakeFleet.Device device =
                    fleet.devices().get(random.nextInt(fleet.devices().size()));
            if (device.isSilent()) {
                continue;
            }
            for (String quantity : device.quantities()) {
                sequence++;
                ArrayNode value = values.addArray().add(device.id()).add(quantity);
                fleet.put(value, device, quantity, now);
                value.add(now);
            }
            events.add(event(device, sequence, now, i == 2 && beats % 9 == 0 ? "history" : "stream"));
        }
        send("values", frame);
        send("tail", mapper.createObjectNode().put("skipped", 0).set("events", events));
        if (beats % 4 == 0) {
            send("status", now());
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        asked.add(uri.toString());
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        String path = uri.getPath();
        try {
            if (path.equals("/") || path.startsWith("/page/")) {
                file(exchange, path.equals("/") ? "index.html" : path.substring(6));
            } else if (isCut) {
                exchange.close();
            } else if (path.equals("/api/live")) {
                live(exchange);
            } else {
                answer(exchange, path);
            }
        } catch (RuntimeException e) {
            answer(exchange, 500, mapper.createObjectNode().put("error", e.toString()));
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        List<String[]> query = query(exchange.getRequestURI().getRawQuery());
        boolean isPost = exchange.getRequestMethod().equals("POST");
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (isPost && !("Bearer " + TOKEN).equals(authorization)) {
            answer(
                    exchange,
                    401,
                    mapper.createObjectNode().put("error", "this needs the token of data/management.token"));
            return;
        }
        switch (path) {
            case "/api/now" -> answer(exchange, 200, now());
            case "/api/devices" ->
                answer(exchange, 200, fleet.document(mapper, sequence, iso(System.currentTimeMillis())));
            case "/api/series" -> {
                JsonNode series = fleet.series(mapper, query, gapSpans(), alarms);
                await(hold);
                answer(exchange, 200, series);
            }
            case "/api/routes" -> {
                await(hold);
                answer(exchange, 200, mapper.readTree(FakeRouter.class.getResource("routes.json")));
            }
            case "/api/tail" -> answer(exchange, 200, tail());
            case "/alarms" -> {
                if (isPost) {
                    command(exchange);
                } else if (refusesAlarms) {
                    answer(exchange, 500, mapper.createObjectNode().put("error", "the alarms cannot be listed"));
                } else {
                    answer(exchange, 200, alarmList());
                }
            }
            case "/alarms/history" -> {
                await(hold);
                answer(exchange, 200, fleet.history(mapper));
            }
            case "/api/alarms/try" -> attempt(exchange);
            case "/api/series.csv" -> {
                byte[] text = "time,device,name,quantity,value,unit\n".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/csv");
                exchange.sendResponseHeaders(200, text.length);
                exchange.getResponseBody().write(text);
                exchange.close();
            }
            default -> answer(exchange, 404, mapper.createObjectNode().put("error", "there is no " + path));
        }
    }

    private void attempt(HttpExchange exchange) throws IOException {
        JsonNode request = mapper.readTree(exchange.getRequestBody());
        if (request.path("rules").asText().contains("obove")) {
            answer(
                    exchange,
                    400,
                    mapper.createObjectNode()
                            .put("error", "unknown condition 'obove'; did you mean 'above'?")
                            .put("line", 5)
                            .put("column", 13));
            return;
        }
        answer(exchange, 200, fleet.trial(mapper));
    }

    private void command(HttpExchange exchange) throws IOException {
        JsonNode request = mapper.readTree(exchange.getRequestBody());
        for (ObjectNode shown : List.copyOf(alarms)) {
            if (shown.path("rule").equals(request.path("rule"))
                    && shown.path("deviceId").equals(request.path("device"))) {
                // another one, as the pulse may be writing the one that is shown
                ObjectNode alarm = shown.deepCopy();
                ObjectNode person = alarm.putObject("person");
                person.set("name", request.path("person"));
                person.set("comment", request.path("comment"));
                switch (request.path("action").asText()) {
                    case "acknowledge" -> alarm.put("state", "acknowledged");
                    case "shelve" -> alarm.set("shelvedUntil", request.path("until"));
                    case "unshelve" -> alarm.remove("shelvedUntil");
                    default -> person.put("comment", request.path("comment").asText());
                }
                alarms.set(alarms.indexOf(shown), alarm);
            }
        }
        send("alarms", alarmList());
        send("status", now());
        answer(
                exchange,
                200,
                mapper.createObjectNode().set("done", mapper.createArrayNode().addObject()));
    }

    /** From now on series, routes and the history of alarms are answered as they were when they were asked for, but only after the result ran. */
    Runnable hold() {
        CountDownLatch held = new CountDownLatch(1);
        hold = held;
        return () -> {
            hold = new CountDownLatch(0);
            held.countDown();
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Changes the router's name, which each view shows. */
    void rename(String name) {
        this.name = name;
        send("status", now());
    }

    private ObjectNode alarmList() {
        ObjectNode list = mapper.createObjectNode().put("now", iso(System.currentTimeMillis()));
        ObjectNode stream = list.putArray("streams").addObject().put("stream", "acme-facilities");
        if (alarmProblem == null) {
            stream.put("rules", rules).put("lag", 0);
        } else {
            stream.put("problem", alarmProblem);
        }
        list.putArray("alarms").addAll(alarms);
        return list;
    }

    /** From now on the router is in a group. If it holds no stream of the group, it has none. */
    void group(ObjectNode group) {
        this.group = group;
        String node = group.path("node").asText();
        waits = group.findValues("node").stream()
                        .filter(each -> each.asText().equals(node))
                        .count()
                == 1;
        send("status", now());
    }

    /** From now on no stream is open, whoever holds it. */
    void withoutStreams() {
        waits = true;
        send("status", now());
    }

    /** Sets the raised alarms while the page is shown. */
    void alarms(List<ObjectNode> now) {
        alarms.clear();
        alarms.addAll(now);
        send("alarms", alarmList());
        send("status", now());
    }

    /** Sets how many rules are in force, or why the alarms of the stream are not open. */
    void watch(int rules, @Nullable String problem) {
        this.rules = rules;
        alarmProblem = problem;
        send("alarms", alarmList());
    }

    /** From now on the list of alarms is answered with an error. */
    void refuseAlarms() {
        refusesAlarms = true;
    }

    /** The part of a frame about late values. */
    ObjectNode late(String device, String quantity, long from, long to) {
        ObjectNode late = mapper.createObjectNode();
        late.putArray("series").addArray().add(device).add(quantity).add(from).add(to);
        return late;
    }

    /** Sends many events at once. */
    void burst(int count) {
        ArrayNode events = mapper.createArrayNode();
        for (int i = 0; i < count; i++) {
            sequence++;
            events.add(event(
                    fleet.devices().get(i % fleet.devices().size()), sequence, System.currentTimeMillis(), "stream"));
        }
        send("tail", mapper.createObjectNode().put("skipped", 0).set("events", events));
    }

    /** Sends an event of a stream, with the number that the stream has given it. */
    void tail(String stream, long number, long received) {
        ObjectNode event =
                event(fleet.devices().get(0), number, received, "stream").put("stream", stream);
        ObjectNode tail = mapper.createObjectNode().put("skipped", 0);
        tail.putArray("events").add(event);
        send("tail", tail);
    }

    private List<long[]> gapSpans() {
        List<long[]> spans = new ArrayList<>();
        for (ObjectNode gap : gaps) {
            if (!gap.path("state").asText().equals("closed")) {
                long to = gap.path("to").isTextual()
                        ? Instant.parse(gap.path("to").asText()).toEpochMilli()
                        : Long.MAX_VALUE;
                spans.add(new long[] {Instant.parse(gap.path("from").asText()).toEpochMilli(), to});
            }
        }
        return spans;
    }

    private ObjectNode now() {
        long now = System.currentTimeMillis();
        long open = gaps.stream()
                .filter(gap -> !gap.path("state").asText().equals("closed"))
                .count();
        ObjectNode json = mapper.createObjectNode()
                .put("now", iso(now))
                .put("version", "1.0.0")
                .put("name", name);
        json.put("startedAt", iso(startedAt));
        json.putObject("heap").put("used", 31_000_000).put("max", 64_000_000).put("budget", 16_000_000);
        ObjectNode verdict = json.putObject("verdict").put("status", open == 0 ? "UP" : "DEGRADED");
        verdict.put(
                "sentence",
                open == 0
                        ? "All is well: the stream receives, every route delivers, and nothing is missing."
                        : "The stream receives. A gap of two hours is being filled from history; nothing is lost.");
        verdict.put("since", iso(now - 5 * FakeFleet.HOUR));
        ArrayNode checks = json.putArray("checks");
        checks.addObject().put("part", "stream").put("status", "UP").put("message", "receives");
        if (open > 0) {
            checks.addObject()
                    .put("part", "gaps")
                    .put("status", "DEGRADED")
                    .put(
                            "message",
                            "1 open, the oldest since " + iso(now - 7 * FakeFleet.HOUR)
                                    + "; history is being read, 62 % done");
        }
        ArrayNode streams = json.putArray("streams");
        ObjectNode stream = (waits ? mapper.createArrayNode() : streams)
                .addObject()
                .put("stream", "acme-facilities/live")
                .put("project", "acme-facilities");
        stream.put("state", "live")
                .put("since", iso(now - 42 * 60_000))
                .put("lastByteSeconds", (now / 1000) % 6)
                .put("silentAfterSeconds", 12);
        stream.put("renewals", 71)
                .put("events", 1_204_318)
                .put("duplicates", 12)
                .put("lost", 0)
                .put("perSecond", 4.3)
                .put("lastReceived", iso(now));
        stream.putObject("reconnects").put("reset by peer", 2).put("hourly renewal", 71);
        if (group != null) {
            json.set("group", group);
        }
        json.putArray("gaps").addAll(gaps);
        long lost = gaps.stream()
                .filter(gap -> gap.path("state").asText().equals("unfillable"))
                .count();
        json.put("unfillableGaps", lost + lostEarlier);
        ArrayNode routes = json.putArray("routes");
        routes.addObject()
                .put("route", "events-to-files")
                .put("state", "started")
                .put("lag", 0)
                .put("lagSeconds", 0)
                .put("perSecond", 4.3)
                .put("delivered", 1_204_318)
                .put("refused", 0)
                .put("failures", 0);
        routes.addObject()
                .put("route", "temperatures-to-mqtt")
                .put("state", "started")
                .put("lag", 184)
                .put("lagSeconds", 42)
                .put("perSecond", 2.1)
                .put("delivered", 804_113)
                .put("refused", 3)
                .put("failures", 2)
                .put("lastError", "Connection refused: broker.acme.example:1883")
                .put("advice", "Start the broker, or correct dt.mqtt-url; events wait in the journal meanwhile.");
        routes.addObject()
                .put("route", "alarms-to-log")
                .put("state", "started")
                .put("lag", 0)
                .put("perSecond", 0)
                .put("delivered", 31)
                .put("refused", 0)
                .put("failures", 0);
        json.putArray("journal")
                .addObject()
                .put("stream", "acme-facilities")
                .put("bytes", 412_000_000L)
                .put("maxBytes", 2_147_483_648L)
                .put("oldest", iso(now - 7 * FakeFleet.DAY))
                .put("newest", iso(now));
        json.putArray("disk")
                .addObject()
                .put("path", "/var/lib/dt-stream-router")
                .put("freeBytes", 61_000_000_000L)
                .put("totalBytes", 98_000_000_000L);
        json.putObject("rejected").put("too_large", 2).put("not_json", 1);
        putAlarms(json.putObject("alarms"), List.copyOf(alarms));
        return json;
    }

    /** As the router counts them. */
    private void putAlarms(ObjectNode json, List<ObjectNode> all) {
        List<ObjectNode> raised = all.stream()
                .filter(alarm -> isIn(alarm, "unacknowledged") || isIn(alarm, "acknowledged"))
                .toList();
        json.put("raised", raised.size())
                .put(
                        "unacknowledged",
                        all.stream()
                                .filter(alarm -> isIn(alarm, "unacknowledged") && !alarm.has("shelvedUntil"))
                                .count())
                .put(
                        "acknowledged",
                        all.stream()
                                .filter(alarm -> isIn(alarm, "acknowledged"))
                                .count())
                .put(
                        "shelved",
                        all.stream().filter(alarm -> alarm.has("shelvedUntil")).count())
                .put(
                        "pending",
                        all.stream().filter(alarm -> isIn(alarm, "pending")).count())
                .put("rules", rules)
                .put(
                        "worst",
                        SEVERITIES.stream()
                                .filter(severity -> raised.stream()
                                        .anyMatch(alarm ->
                                                alarm.path("severity").asText().equals(severity)))
                                .findFirst()
                                .orElse(null));
    }

    private static boolean isIn(ObjectNode alarm, String state) {
        return alarm.path("state").asText().equals(state);
    }

    private JsonNode tail() {
        ObjectNode tail = mapper.createObjectNode();
        ArrayNode events = tail.putArray("events");
        for (int i = 0; i < 60; i++) {
            FakeFleet.Device device =
                    fleet.devices().get(i * 7 % fleet.devices().size());
            events.add(event(
                    device,
                    sequence - 100_000 + i,
                    System.currentTimeMillis() - (60 - i) * 400L,
                    i % 17 == 0 ? "history" : "stream"));
        }
        return tail;
    }

    private ObjectNode event(FakeFleet.Device device, long number, long at, String source) {
        String type = device.type();
        ObjectNode event = mapper.createObjectNode()
                .put("stream", "acme-facilities")
                .put("sequence", number)
                .put("deviceId", device.id())
                .put("type", type);
        event.put("timestamp", iso(at)).put("received", iso(at)).put("source", source);
        ObjectNode json = mapper.createObjectNode()
                .put("eventId", "e" + number)
                .put("targetName", "projects/p/devices/" + device.id());
        json.put("eventType", type).put("timestamp", iso(at));
        ArrayNode value = mapper.createArrayNode();
        fleet.put(value, device, device.quantities().get(0), at);
        json.putObject("data").putObject(type).put("updateTime", iso(at)).set("value", value.get(0));
        return event.put("json", json.toString());
    }

    private void live(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        // before the page can know that it is connected, so that it gets all that is sent from then on
        synchronized (this) {
            viewers.add(out);
            out.write(("retry: 2000\n\nevent: status\ndata: " + now() + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private void file(HttpExchange exchange, String name) throws IOException {
        byte[] bytes;
        try (InputStream in = files == null
                ? FakeRouter.class.getResourceAsStream("/page/" + name)
                : Files.newInputStream(files.resolve(name))) {
            if (in == null) {
                answer(exchange, 404, mapper.createObjectNode().put("error", "no file " + name));
                return;
            }
            bytes = in.readAllBytes();
        }
        exchange.getResponseHeaders()
                .set("Content-Type", TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain"));
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(mapper.writeValueAsBytes(body));
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(status, zipped.size());
        exchange.getResponseBody().write(zipped.toByteArray());
        exchange.close();
    }

    private static List<String[]> query(@Nullable String raw) {
        List<String[]> query = new ArrayList<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.add(new String[] {decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : ""});
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String iso(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    /** Reads a resource of these tests. */
    static String resource(String name) {
        try (InputStream in = FakeRouter.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
