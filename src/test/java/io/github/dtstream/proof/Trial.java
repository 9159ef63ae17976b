package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.simulator.DeviceType;
import io.github.dtstream.simulator.Faults;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The router between a simulated cloud and a broker, with a proxy on either side, and all that happens to it. What happens
 * and in which order follows from the seed. Used by one thread.
 */
final class Trial implements AutoCloseable {
    /** {@code maxBatchSize} of both routes. */
    static final int BATCH = 50;

    private static final int DEVICES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** For what is to happen soon, and is no fault if it does not. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(20);

    private static final Duration QUIET = Duration.ofMillis(300);
    /** Longer than mosquitto takes until it saves what it has, with an interval of a second. */
    private static final Duration SAVED = Duration.ofSeconds(3);

    private static final String ODD_DATA =
            "{\"note\":\"\\u00e6\\ud83c\\udf21 \\\"quoted\\\" back\\\\slash ${body} {{dt.data-dir}} \\n\\t\",\"deep\":[[{}],null,1e3]}";

    private final Path folder;
    private final Random random;
    private final FaultLog log = new FaultLog(Clock.systemUTC());
    private final SimulatedCloud cloud;
    private final FaultProxy cloudProxy;
    private final Broker broker;
    private final FaultProxy brokerProxy;
    private final RecordingSubscriber subscriber;
    private final RouterProcess router;
    private final Sinks sinks;
    private final List<String> devices;
    private final @Nullable SmallDisk disk;
    private Duration longestRecovery = Duration.ZERO;
    private long cloudDuplicates;
    private long firstFresh;
    private int missedInstants;

    /**
     * Starts everything and waits until the stream is live.
     *
     * @param folder an empty one
     * @param jar the packaged router
     * @param diskMegabytes how small a disk the router gets; 0 for an ordinary one
     */
    Trial(Path folder, Path jar, long seed, int diskMegabytes) throws Exception {
        this.folder = folder;
        this.random = new Random(seed);
        Path oracle = folder.resolve("oracle.ndjson");
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(800))
                .withStreamBuffer(50_000, 1);
        this.cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(seed));
        cloud.recordTo(oracle);
        this.devices = cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
        this.cloudProxy = FaultProxy.start(cloud.port());
        this.broker = Broker.start(Files.createDirectories(folder.resolve("broker")));
        this.brokerProxy = FaultProxy.start(broker.port());
        this.subscriber = RecordingSubscriber.start(broker.port(), "dt/+/+/+");
        this.router = new RouterProcess(jar, folder);
        Path events = router.data().resolve("events");
        this.sinks = new Sinks(oracle, events, new FileMarks(events), subscriber);
        this.disk = diskMegabytes > 0 ? SmallDisk.mount(router.data(), diskMegabytes) : null;
        try {
            configure();
            router.start();
            awaitLive();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private void configure() throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path route : (Iterable<Path>) shipped::iterator) {
                Files.copy(route, routes.resolve(route.getFileName()));
            }
        }
        limitBatches(routes.resolve("events-to-files.camel.yaml"));
        limitBatches(routes.resolve("events-to-mqtt.camel.yaml"));
        String api = "http://127.0.0.1:" + cloudProxy.port();
        Files.write(
                folder.resolve("application.properties"),
                List.of(
                        "dt.project-id=" + cloud.projectId(),
                        "dt.service-account-key-id=" + cloud.account().keyId(),
                        "dt.service-account-secret=" + cloud.account().secret(),
                        "dt.service-account-email=" + cloud.account().email(),
                        "dt.api-url=" + api + "/v2",
                        "dt.token-url=" + api + "/oauth2/token",
                        "dt.format=" + (random.nextBoolean() ? "application/json" : "text/event-stream"),
                        "dt.mqtt-url=tcp://127.0.0.1:" + brokerProxy.port(),
                        "dt.route.log=false",
                        "dt.max-retries=-1",
                        "dt.ping-interval=1s",
                        "camel.component.dt-stream.pingJitter=500ms",
                        "camel.component.dt-stream.initialRetryDelay=50ms",
                        "camel.component.dt-stream.maxRetryDelay=1s",
                        "camel.component.dt-stream.renewalPeriod=5s",
                        "camel.component.dt-stream.redeliveryDelay=100ms",
                        "camel.component.dt-stream.maxRedeliveryDelay=1s",
                        "camel.component.dt-mqtt.minReconnectDelay=100",
                        "camel.component.dt-mqtt.maxReconnectDelay=1000",
                        "camel.component.dt-stream.journalSegmentSize=100000",
                        "camel.component.dt-stream.historyRequestsPerSecond=200",
                        "camel.component.dt-stream.historyIndexingDelay=1s"));
    }

    /** No small trial would ever fill a batch of the shipped size. */
    private static void limitBatches(Path route) throws IOException {
        String shipped = Files.readString(route);
        String limited = shipped.replaceAll("(maxBatchSize:) \\d+", "$1 " + BATCH);
        if (limited.equals(shipped)) {
            throw new IllegalStateException(route + " does not set maxBatchSize");
        }
        Files.writeString(route, limited);
    }

    SimulatedCloud cloud() {
        return cloud;
    }

    FaultProxy cloudProxy() {
        return cloudProxy;
    }

    FaultProxy brokerProxy() {
        return brokerProxy;
    }

    Sinks sinks() {
        return sinks;
    }

    /** How often the router connected to the broker. */
    int mqttConnections() {
        return subscriber.connections();
    }

    FaultLog log() {
        return log;
    }

    RouterProcess router() {
        return router;
    }

    /** The longest time that it took from the end of all faults until everything was delivered. */
    Duration longestRecovery() {
        return longestRecovery;
    }

    /** How many events the cloud sent twice after the last fault, and the router recognised. */
    long cloudDuplicates() {
        return cloudDuplicates;
    }

    /** The number of the first event that was produced after the last fault. */
    long firstFresh() {
        return firstFresh;
    }

    /** How many kills came at another instant than was meant, as what they waited for did not happen. */
    int missedInstants() {
        return missedInstants;
    }

    /** Lets each of the faults happen once, in an order that the seed gives, while events are produced. */
    void suffer(List<FaultKind> faults, double eventsPerSecond) throws Exception {
        cloud.produce(eventsPerSecond);
        List<FaultKind> order = new ArrayList<>(faults);
        Collections.shuffle(order, random);
        for (FaultKind fault : order) {
            startIfEnded();
            pause(50, 400);
            publishOddities();
            log.add(fault);
            fault.strike(this, random);
        }
    }

    /** As whoever supervises it would do. */
    private void startIfEnded() throws IOException {
        if (!router.isRunning()) {
            log.note("the router had ended by itself");
            router.start();
        }
    }

    /** Events with content that breaks what does not escape. */
    private void publishOddities() {
        String device = devices.get(random.nextInt(devices.size()));
        cloud.publish(device, "touch", "{}");
        cloud.publish(device, "labelsChanged", ODD_DATA);
        cloud.publish(device, "notYetInvented", ODD_DATA);
        cloud.publish(device, "humidity", "{\"padding\":\"" + "x".repeat(random.nextInt(9000)) + "\"}");
    }

    void pause(int fromMillis, int toMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(fromMillis + random.nextInt(toMillis - fromMillis + 1));
    }

    /** Ends the router at whatever it is doing, and starts it again; it may still be starting when the next fault comes. */
    void restart(boolean kill) throws Exception {
        end(kill);
        startAgain();
    }

    private void startAgain() throws Exception {
        pause(0, 500);
        router.start();
        pause(0, 1000);
        if (random.nextInt(4) > 0) {
            awaitLive();
            pause(0, 1500);
        }
    }

    /** Makes a gap whose fill takes a while, and kills the router when it is at it. */
    void killInAFill() throws Exception {
        cloudProxy.refuse();
        cloudProxy.cut(Cut.RST);
        pause(500, 1000);
        cloud.faults().slow(Faults.Target.HISTORY, DEVICES, Duration.ofMillis(100));
        cloudProxy.pass();
        if (!waitFor(router::isFilling)) {
            missed("no fill began");
        }
        pause(0, 1000);
        restart(true);
    }

    /** Kills the router when it has begun a new segment of the journal, or shortly after. */
    void killAtASegmentRoll() throws Exception {
        killAtAChange(journal().resolve("segments"), StandardWatchEventKinds.ENTRY_CREATE);
    }

    /** Kills the router when it has written to a cursor, or shortly after. */
    void killAtACursorWrite() throws Exception {
        killAtAChange(journal().resolve("cursors"), StandardWatchEventKinds.ENTRY_MODIFY);
    }

    private Path journal() {
        return router.data().resolve("journal").resolve(cloud.projectId()).resolve("default");
    }

    private void killAtAChange(Path folder, WatchEvent.Kind<Path> change) throws Exception {
        awaitLive();
        try (WatchService watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, change);
            if (watch.poll(SHORT_PATIENCE.toSeconds(), TimeUnit.SECONDS) == null) {
                missed("nothing changed in " + folder);
            }
            LockSupport.parkNanos(random.nextInt(2_000_000));
            end(true);
        }
        startAgain();
    }

    private void missed(String why) {
        missedInstants++;
        log.note(why);
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private static boolean waitFor(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + SHORT_PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (condition.holds()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return false;
    }

    private void end(boolean kill) throws Exception {
        if (kill) {
            router.kill();
            sinks.marks().set();
        } else {
            router.terminate();
        }
    }

    /**
     * Stops the broker while the router publishes, and starts it again. What it has acknowledged to the router it passes
     * on first: whether a broker keeps that over its own death is its affair, not the router's. So is what it passes on twice
     * because its last saved state does not know yet that the subscriber has it.
     */
    void interruptBroker(boolean kill) throws Exception {
        if (random.nextBoolean()) {
            brokerProxy.blackHole();
        } else {
            brokerProxy.refuse();
        }
        subscriber.awaitQuiet(kill ? SAVED : QUIET);
        if (kill) {
            broker.kill();
        } else {
            broker.stop();
        }
        brokerProxy.refuse();
        pause(0, 2000);
        broker.start();
        subscriber.awaitSubscribed();
        brokerProxy.pass();
    }

    /** Once the router publishes, makes its line so long that all it may have on its way is there, unacknowledged. */
    void makeLineToBrokerLong() throws InterruptedException {
        int before = subscriber.count();
        if (!waitFor(() -> subscriber.count() > before)) {
            missed("nothing was published");
        }
        brokerProxy.delay(Duration.ofSeconds(2));
        pause(2500, 3500);
    }

    /** Something that happens while something else is amiss. */
    interface Meanwhile {
        void happen() throws Exception;
    }

    /** Leaves no room on the disk while something happens. */
    void fillDisk(Meanwhile meanwhile) throws Exception {
        if (disk == null) {
            throw new IllegalStateException("this trial has no small disk");
        }
        disk.fill();
        meanwhile.happen();
        disk.free();
    }

    /** Ends the router and starts it where it will not get far: nobody waits for it to be live. */
    void restartAmidst(boolean kill) throws Exception {
        pause(0, 1000);
        end(kill);
        router.start();
        pause(2000, 6000);
    }

    private void awaitLive() {
        Awaitility.await("the stream is live")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    startIfEnded();
                    return router.isLive();
                });
    }

    /**
     * Ends all faults, produces a few more events, ends the production, and waits until everything has arrived. Returns
     * also if something does not arrive: what is missing is for the sinks to say.
     *
     * @return whether everything has arrived
     */
    boolean recover() throws Exception {
        long begin = System.nanoTime();
        log.note("all faults end");
        cloud.faults().clear();
        cloudProxy.pass();
        brokerProxy.pass();
        startIfEnded();
        awaitLive();
        firstFresh = cloud.producedCount();
        long duplicatesBefore = router.duplicates();
        cloud.faults().duplicate(BATCH);
        pause(1000, 1500);
        publishOddities();
        cloud.stopProduction();
        boolean complete = awaitComplete();
        cloudDuplicates += Math.max(0, router.duplicates() - duplicatesBefore);
        Duration recovery = Duration.ofNanos(System.nanoTime() - begin);
        log.note((complete ? "all delivered after " : "not all delivered after ") + recovery.toMillis() + " ms");
        longestRecovery = recovery.compareTo(longestRecovery) > 0 ? recovery : longestRecovery;
        return complete;
    }

    private boolean awaitComplete() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (isComplete()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        log.note("status: " + router.ask("/routes").map(JsonNode::toString).orElse("none"));
        log.note("health: " + router.ask("/health").map(JsonNode::toString).orElse("none"));
        return false;
    }

    private boolean isComplete() throws Exception {
        return router.isIdle()
                && subscriber.distinct() >= cloud.producedCount()
                && sinks.files().lost() == 0;
    }

    @Override
    public void close() throws Exception {
        router.close();
        subscriber.close();
        brokerProxy.close();
        broker.close();
        cloudProxy.close();
        cloud.close();
        if (disk != null) {
            disk.close();
        }
    }
}
