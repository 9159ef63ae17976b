package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.DtStreamConsumer;
import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.camel.StreamBeans;
import io.github.dtstream.delivery.batch.DeliveryStatus;
import io.github.dtstream.event.Event;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.QuietErrors;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Shapes of routes on a real stream and a real journal, all at once: whether their cursor passes events that the sink
 * does not have (which a crash would lose), whether all events arrive in the end, and whether a failed event comes
 * again. The checks must refuse exactly the shapes that lose events.
 */
final class RouteShapesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long a timeout of a shape, or a hand-over to another thread, takes. */
    private static final Duration SETTLING = Duration.ofMillis(1500);

    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"(\\w+)\"");

    @TempDir
    private static Path folder;

    private static final List<Shape> SHAPES = new ArrayList<>();
    private static final Set<String> LOSING = new TreeSet<>();
    private static SimulatedCloud cloud;
    private static CamelContext context;
    private static final RouteValidator VALIDATOR = new RouteValidator(RouteShapesTest::equip);
    /** Sinks wait for it; a new one holds them again. */
    private static volatile CountDownLatch gate = new CountDownLatch(1);

    private record Shape(
            String name,
            String title,
            boolean loses,
            String above,
            String route,
            String steps,
            String beside,
            String finding) {
        String yaml(String project) {
            String text =
                    above + "- route:\n    id: NAME\n" + route.indent(4) + "    from:\n      uri: dt-stream:" + project
                            + "\n      parameters: {subscriber: NAME, redeliveryDelay: 20, maxRedeliveryDelay: 50}\n      steps:\n"
                            + steps.indent(8) + beside;
            return text.replace("NAME", name)
                    .replace("SINK", "sink-" + name)
                    .replace("DIR", folder.resolve("out").resolve(name).toString());
        }

        DeliveryStatus status() {
            return ((DtStreamConsumer) context.getRoute(name).getConsumer())
                    .status()
                    .orElseThrow();
        }

        Sink sink() {
            return context.getRegistry().lookupByNameAndType("sink-" + name, Sink.class);
        }

        /** The events that the sink has, and those that are in a line or file of their own. */
        Set<String> arrived() {
            Set<String> ids = new HashSet<>(sink().taken);
            Path out = folder.resolve("out").resolve(name);
            if (Files.isDirectory(out)) {
                try (Stream<Path> files = Files.walk(out)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Files.readAllLines(file).stream()
                                .map(RouteShapesTest::idsIn)
                                .filter(found -> found.size() == 1)
                                .forEach(ids::addAll);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return ids;
        }
    }

    /** Holds events until the gate is open; fails once, at the chosen event. */
    public static final class Sink {
        private final Set<String> taken = ConcurrentHashMap.newKeySet();
        private volatile String failsAt = "none";

        @Handler
        public void take(Exchange exchange) throws Exception {
            Set<String> ids = new HashSet<>();
            collect(exchange.getMessage(), ids);
            gate.await();
            if (ids.contains(failsAt)) {
                failsAt = "none";
                throw new IOException("away");
            }
            taken.addAll(ids);
        }

        private static void collect(Object value, Set<String> ids) {
            if (value instanceof Exchange exchange) {
                collect(exchange.getMessage(), ids);
            } else if (value instanceof List<?> list) {
                list.forEach(one -> collect(one, ids));
            } else if (value instanceof Message message && message.getHeader("DtEventId") == null) {
                collect(message.getBody(), ids);
            } else if (value instanceof Message message) {
                if (!Event.PING.equals(message.getHeader("DtEventType"))) {
                    ids.add(message.getHeader("DtEventId", String.class));
                }
            } else {
                ids.addAll(idsIn(String.valueOf(value)));
            }
        }
    }

    private static List<String> idsIn(String text) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = EVENT_ID.matcher(text);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    @BeforeAll
    static void runThemAll() throws Exception {
        read();
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        context = context();
        for (Shape shape : SHAPES) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString(shape.name() + ".camel.yaml", shape.yaml(cloud.projectId())));
        }
        context.start();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);

        Set<String> first = publish(device, 1);
        settle(first, false); // so that the others come together in a batch
        first.addAll(publish(device, 5));
        settle(first, false);
        SHAPES.stream()
                .filter(shape -> shape.status().lag() == 0 && shape.status().delivered() >= first.size())
                .filter(shape -> !shape.arrived().containsAll(first))
                .forEach(shape -> LOSING.add(shape.title()));
        gate.countDown();
        settle(first, true);

        gate = new CountDownLatch(1);
        Set<String> second = publish(device, 1);
        settle(second, false);
        second.addAll(publish(device, 1));
        // In the middle of a batch, as some shapes lose the failures of all parts but the first.
        String middle = cloud.publish(device, "temperature", "{\"value\":1}").eventId();
        SHAPES.forEach(shape -> shape.sink().failsAt = middle);
        second.add(middle);
        second.addAll(publish(device, 3));
        settle(second, false);
        gate.countDown();
        settle(second, true);
    }

    private static Set<String> publish(String device, int events) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < events; i++) {
            ids.add(cloud.publish(device, "temperature", "{\"value\":" + i + "}")
                    .eventId());
        }
        return ids;
    }

    /** Waits until all routes have what a shape that keeps events has; a route that then lacks some has lost them. */
    private static void settle(Set<String> ids, boolean isEnd) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (isEnd
                && SHAPES.stream()
                        .anyMatch(shape -> !shape.loses() && !shape.arrived().containsAll(ids))
                && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        awaitQuiet(end);
        if (isEnd) {
            SHAPES.stream()
                    .filter(shape -> !shape.arrived().containsAll(ids))
                    .forEach(shape -> LOSING.add(shape.title()));
        }
    }

    /** Waits until nothing has happened for as long as something may take. */
    private static void awaitQuiet(long end) throws InterruptedException {
        List<Long> before = List.of();
        long since = System.nanoTime();
        while (System.nanoTime() - since < SETTLING.toNanos() && System.nanoTime() < end) {
            Thread.sleep(20);
            List<Long> now = progress();
            if (!now.equals(before)) {
                before = now;
                since = System.nanoTime();
            }
        }
    }

    /** What is in the journal, delivered and with the sink, of each shape. */
    private static List<Long> progress() {
        return SHAPES.stream()
                .flatMap(shape -> Stream.of(shape.status().lag(), shape.status().delivered(), (long)
                        shape.sink().taken.size()))
                .toList();
    }

    private static DefaultCamelContext context() {
        DefaultCamelContext fresh = new DefaultCamelContext();
        fresh.disableJMX();
        QuietErrors.install(fresh);
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, folder.resolve("data"));
        fresh.addComponent("dt-stream", component);
        equip(fresh);
        return fresh;
    }

    private static void equip(CamelContext fresh) {
        fresh.getRegistry().bind("file", new CrashSafeFileComponent());
        StreamBeans.bind(fresh);
        SHAPES.forEach(shape -> fresh.getRegistry().bind("sink-" + shape.name(), new Sink()));
    }

    @SuppressWarnings("unchecked")
    private static void read() throws IOException {
        try (InputStream in = RouteShapesTest.class.getResourceAsStream("shapes.yaml")) {
            List<Map<String, Object>> rows =
                    (List<Map<String, Object>>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
            for (Map<String, Object> row : rows) {
                SHAPES.add(new Shape(
                        "s" + SHAPES.size(),
                        (String) row.get("shape"),
                        (Boolean) row.get("loses"),
                        (String) row.getOrDefault("above", ""),
                        (String) row.getOrDefault("route", ""),
                        (String) row.get("steps"),
                        (String) row.getOrDefault("beside", ""),
                        (String) row.getOrDefault("finding", "")));
            }
        }
    }

    @AfterAll
    static void stopThemAll() {
        context.getShutdownStrategy().setTimeout(1);
        context.stop();
        cloud.close();
    }

    @TestFactory
    Stream<DynamicTest> loseEventsAsTheTableSays() {
        return SHAPES.stream()
                .map(shape -> DynamicTest.dynamicTest(
                        shape.title(),
                        () -> assertThat(LOSING.contains(shape.title()))
                                .as("loses events")
                                .isEqualTo(shape.loses())));
    }

    @TestFactory
    Stream<DynamicTest> areRefusedIfTheyLoseEvents() {
        return SHAPES.stream()
                .map(shape -> DynamicTest.dynamicTest(shape.title(), () -> {
                    Path routes = Files.createDirectories(folder.resolve("routes-" + shape.name()));
                    Files.writeString(routes.resolve("x.camel.yaml"), shape.yaml("p"));

                    List<Finding> findings = VALIDATOR.validate(routes, Map.of());

                    if (shape.loses()) {
                        assertThat(findings).hasSize(1);
                        assertThat(findings.get(0).isError()).isTrue();
                        assertThat(findings.get(0).message())
                                .contains(shape.finding().replace("NAME", shape.name()));
                        assertThat(findings.get(0).hint()).isNotBlank();
                    } else {
                        assertThat(findings).isEmpty();
                    }
                }));
    }
}
