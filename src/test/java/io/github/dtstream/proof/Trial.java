package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.alarm.AlarmService;
import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.simulator.Faults.StreamEnd;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.weather.Spell;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The router between a simulated cloud and a broker, with a proxy on either side, and all faults. The seed determines
 * the faults and their order. Used by one thread.
 */
final class Trial implements AutoCloseable {
    /** {@code maxBatchSize} of both routes. */
    static final int BATCH = 50;

    private static final int DEVICES = 20;
    private static final double FIRST_EVENTS_PER_SECOND = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** For what should happen soon, and is not a fault if it does not. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(20);

    /** Longer than it takes to notice a gap, also on a busy machine. */
    private static final Duration PATIENCE_FOR_A_GAP = Duration.ofMinutes(2);

    private static final int MOST_FRESH_STARTS = 10;

    private static final Duration QUIET = Duration.ofMillis(300);
    /** Longer than mosquitto takes to save its data, with an interval of a second. */
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
    private final @Nullable WrongClock clock;
    private final WeatherDeck deck;
    private final JournalFiles journalFiles;
    private final GapWatch gapWatch;
    private final AlarmPerson person;
    private Duration longestRecovery = Duration.ZERO;
    private long cloudDuplicates;
    private long firstFresh;
    private int missedInstants;
    private final List<String> deaths = new ArrayList<>();
    private final List<String> unnoticed = new ArrayList<>();
    private @Nullable FaultKind latest;

    /**
     * The settings of a trial.
     *
     * @param seed determines the faults and their order
     * @param diskMegabytes the size of the router's disk; 0 for an ordinary one
     * @param wrongClock whether the router has a clock that can be wrong, and is wrong from the start
     * @param foulStart whether the cloud is unreachable at first, for some seconds of events
     */
    record Setup(long seed, int diskMegabytes, boolean wrongClock, boolean foulStart) {
        static Setup of(long seed) {
            return new Setup(seed, 0, false, false);
        }

        Setup withDisk(int megabytes) {
            return new Setup(seed, megabytes, wrongClock, foulStart);
        }

        Setup withWrongClock() {
            return new Setup(seed, diskMegabytes, true, foulStart);
        }

        Setup withFoulStart() {
            return new Setup(seed, diskMegabytes, wrongClock, true);
        }
    }

    /**
     * Starts everything and waits until the stream is live.
     *
     * @param folder an empty folder
     * @param jar the packaged router
     */
    Trial(Path folder, Path jar, Setup setup) throws Exception {
        this.folder = folder;
        this.random = new Random(setup.seed());
        this.deck = new WeatherDeck(random);
        Path oracle = folder.resolve("oracle.ndjson");
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(800))
                .withStreamBuffer(50_000, 1);
        this.cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(setup.seed()));
        cloud.recordTo(oracle);
        this.devices = cloud.addDevices(DEVICES, DeviceType.TEMPERATURE);
        this.cloudProxy = FaultProxy.start(cloud.port());
        this.broker = Broker.start(Files.createDirectories(folder.resolve("broker")));
        this.brokerProxy = FaultProxy.start(broker.port());
        this.subscriber = RecordingSubscriber.start(broker.port(), "dt/+/+/+/#");
        this.clock = setup.wrongClock() ? WrongClock.in(folder).orElseThrow() : null;
        this.router = new RouterProcess(jar, folder, clock == null ? Map.of() : clock.environment());
        Path events = router.data().resolve("events");
        this.sinks = new Sinks(oracle, events, new FileMarks(events), subscriber);
        this.journalFiles = new JournalFiles(journal().resolve("segments"));
        this.gapWatch = new GapWatch(cloud, journalFiles);
        this.person = new AlarmPerson(router.data(), setup.seed());
        this.disk = setup.diskMegabytes() > 0 ? SmallDisk.mount(router.data(), setup.diskMegabytes()) : null;
        try {
            configure();
            begin(setup.foulStart());
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private void begin(boolean foulStart) throws Exception {
        if (clock != null) {
            clock.set(anyOffset());
            log.note("the router's clock is ahead by " + clock.offset());
        }
        if (foulStart) {
            log.note("the cloud is not there at first");
            cloud.faults().weather(Spell.of(Target.STREAM, Weather.UNAVAILABLE));
        }
        router.start();
        person.start();
        if (foulStart) {
            Awaitility.await().atMost(PATIENCE).until(() -> cloud.requests(Target.STREAM) > 0);
            cloud.produce(FIRST_EVENTS_PER_SECOND);
            pause(2000, 4000);
            cloud.stopProduction();
            cloud.faults().clear();
        }
        awaitLive();
        awaitAllKnown("the start");
    }

    private void configure() throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path route : (Iterable<Path>) shipped::iterator) {
                Files.copy(route, routes.resolve(route.getFileName()));
            }
        }
        Files.writeString(routes.resolve("alarms.yaml"), AlarmProof.RULES);
        // MQTT messages are compared with the events only.
        Files.delete(routes.resolve("alarms-to-mqtt.camel.yaml"));
        limitBatches(routes.resolve("events-to-files.camel.yaml"));
        limitBatches(routes.resolve("events-to-mqtt.camel.yaml"));
        String api = "http://127.0.0.1:" + cloudProxy.port();
        Files.write(
                folder.resolve("application.properties"),
                List.of(
                        "dt.project-id=" + cloud.projectId(),
                        "dt.http-port=0",
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

    /** Limits the batch size, as no small trial would fill a batch of the shipped size. */
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

    /** The longest time from the end of all faults until everything was delivered. */
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

    /** How many kills came at another moment than intended, as the awaited one did not come. */
    int missedInstants() {
        return missedInstants;
    }

    /** Runs each of the faults once, in an order that the seed determines, while events are produced. */
    void suffer(List<FaultKind> faults, double eventsPerSecond) throws Exception {
        cloud.stopProduction();
        cloud.produce(eventsPerSecond);
        List<FaultKind> order = new ArrayList<>(faults);
        Collections.shuffle(order, random);
        for (FaultKind fault : order) {
            startIfEnded();
            pause(50, 400);
            publishOddities();
            log.add(fault);
            latest = fault;
            fault.strike(this, random);
            lookAtGaps();
        }
    }

    /**
     * The same, but waits after each fault until the router has everything that was produced before, or knows that it
     * has not. So if a fault goes unnoticed, the gap of another fault, whose window overlaps it, cannot hide this.
     */
    void sufferOneByOne(List<FaultKind> faults, double eventsPerSecond) throws Exception {
        List<FaultKind> order = new ArrayList<>(faults);
        Collections.shuffle(order, random);
        for (FaultKind fault : order) {
            suffer(List.of(fault), eventsPerSecond);
            startIfEnded();
            awaitLive();
            awaitAllKnown(fault.name());
        }
    }

    /** Waits until the router has everything that was produced before, or knows that it has not. */
    private void awaitAllKnown(String fault) throws Exception {
        List<SimulatedEvent> produced = cloud.produced();
        waitFor(() -> unknown(produced).isEmpty(), PATIENCE_FOR_A_GAP);
        List<SimulatedEvent> unknown = unknown(produced);
        if (!unknown.isEmpty()) {
            String what = fault + ": " + unknown.size() + " events are neither there nor in a gap "
                    + PATIENCE_FOR_A_GAP.toSeconds() + " s later, such as " + unknown.get(0) + "; gaps: "
                    + router.gaps();
            log.note(what);
            unnoticed.add(what);
        }
    }

    private List<SimulatedEvent> unknown(List<SimulatedEvent> produced) throws IOException, InterruptedException {
        List<SimulatedEvent> missing = missing(produced);
        List<SimulatedEvent> outside = missing.isEmpty() ? missing : gapWatch.outsideOfOpenGaps(missing, router.gaps());
        // A gap may have been filled and closed since the journal was read.
        return outside.isEmpty() ? outside : missing(outside);
    }

    private List<SimulatedEvent> missing(List<SimulatedEvent> produced) throws IOException {
        Set<String> there = journalFiles.identifiers();
        return produced.stream()
                .filter(event -> !there.contains(event.eventId()))
                .toList();
    }

    private void lookAtGaps() throws Exception {
        if (router.isRunning()) {
            gapWatch.look(router.gaps());
        }
    }

    /** Starts the router if it has ended, as a supervisor would. */
    private void startIfEnded() throws IOException {
        if (!router.isRunning()) {
            String death = "the router had ended by itself with exit code " + router.exitCode() + " after " + latest;
            log.note(death);
            if (!FaultKind.MAY_END_THE_ROUTER.contains(latest)) {
                deaths.add(death);
            }
            router.start();
        }
    }

    /** How the router ended without a reason; empty if it did not. */
    List<String> deaths() {
        return List.copyOf(deaths);
    }

    /** The faults after which events were missing without the router's knowledge, in words. */
    List<String> unnoticed() {
        return List.copyOf(unnoticed);
    }

    /** The gaps that were called closed while events of them were missing. */
    List<String> falselyClosedGaps() {
        return gapWatch.falselyClosed();
    }

    /** Publishes events whose content breaks programs that do not escape. */
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

    void pause(Duration time) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
    }

    /** Ends the router at any moment, and starts it again; it may still be starting at the next fault. */
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

    /** Makes a gap whose fill takes a while, and kills the router during the fill. */
    void killInAFill() throws Exception {
        cloudProxy.refuse();
        cloudProxy.cut(Cut.RST);
        pause(500, 1000);
        cloud.faults().slow(Target.HISTORY, DEVICES, Duration.ofMillis(100));
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

    /**
     * Kills the router when it has begun to write a snapshot of its alarms, or shortly after; possibly at its start.
     */
    void killAtAnAlarmSnapshot() throws Exception {
        awaitLiveOrNot();
        killAtTheNextChange(alarmFolder(), StandardWatchEventKinds.ENTRY_CREATE);
    }

    /** Kills the router when it has written to the alarm journal, or shortly after; possibly at its start. */
    void killAtAnAlarmWrite() throws Exception {
        awaitLiveOrNot();
        killAtTheNextChange(alarmFolder().resolve("segments"), StandardWatchEventKinds.ENTRY_MODIFY);
    }

    private void awaitLiveOrNot() throws Exception {
        if (random.nextBoolean()) {
            awaitLive();
        }
    }

    /** How many alarm commands of the person were answered as done. */
    long commands() {
        return person.done();
    }

    /**
     * Stops the person, and compares the alarm journal with the engine's output for the whole journal, and with the
     * answers to the person; waits until the alarm journal is complete.
     */
    AlarmProof.Outcome alarms() throws Exception {
        person.stop();
        AlarmProof.Outcome outcome = compareAlarms();
        List<String> differences = new ArrayList<>(outcome.differences());
        differences.addAll(person.differences(alarmFolder()));
        return new AlarmProof.Outcome(outcome.changes(), differences);
    }

    private AlarmProof.Outcome compareAlarms() throws Exception {
        AlarmProof proof = new AlarmProof(
                router.data(),
                cloud.projectId(),
                AlarmProof.RULES,
                AlarmService.lateBytes(MemoryBudget.ofHeap(RouterProcess.HEAP_MEGABYTES << 20)));
        long due = proof.newestEvent();
        AtomicReference<AlarmProof.Outcome> outcome = new AtomicReference<>();
        waitFor(
                () -> {
                    try {
                        outcome.set(proof.compare(due));
                        return outcome.get().isGood();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                PATIENCE);
        return outcome.get();
    }

    private Path journal() {
        return router.data().resolve("journal").resolve(cloud.projectId()).resolve("default");
    }

    private Path alarmFolder() {
        return router.data().resolve("alarms").resolve(cloud.projectId()).resolve("default");
    }

    private void killAtAChange(Path folder, WatchEvent.Kind<Path> change) throws Exception {
        awaitLive();
        killAtTheNextChange(folder, change);
    }

    private void killAtTheNextChange(Path folder, WatchEvent.Kind<Path> change) throws Exception {
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
        boolean holds() throws IOException, InterruptedException;
    }

    private static boolean waitFor(Condition condition) throws IOException, InterruptedException {
        return waitFor(condition, SHORT_PATIENCE);
    }

    private static boolean waitFor(Condition condition, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
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
     * Stops the broker while the router publishes, and starts it again. First waits until the broker has forwarded what
     * it has acknowledged to the router: whether it keeps that over its own end is not the router's concern. Neither is
     * a message that it forwards twice because its last saved state does not have the subscriber's acknowledgement.
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

    /**
     * When the router publishes, delays its link so much that the largest possible number of messages is
     * unacknowledged.
     */
    void makeLineToBrokerLong() throws IOException, InterruptedException {
        int before = subscriber.count();
        if (!waitFor(() -> subscriber.count() > before)) {
            missed("nothing was published");
        }
        brokerProxy.delay(Duration.ofSeconds(2));
        pause(2500, 3500);
    }

    /** An action during a fault. */
    interface Meanwhile {
        void happen() throws Exception;
    }

    /**
     * Lets requests of a kind meet a weather for a time.
     *
     * @return the weather, which is the next of its kinds
     */
    Weather meetWeather(Target target, Duration time) {
        Spell spell = Spell.of(target, deck.deal(target)).lasting(time);
        boolean ofOneDevice = spell.weather() == Weather.DEVICE_NOT_FOUND && random.nextBoolean();
        log.note(spell.weather() + " on " + target + " for " + time.toMillis() + " ms"
                + (ofOneDevice ? ", for one device" : ""));
        cloud.faults().weather(ofOneDevice ? spell.about(devices.get(random.nextInt(devices.size()))) : spell);
        return spell.weather();
    }

    /** Produces events that nobody receives. */
    void missEvents(int fromMillis, int toMillis) throws InterruptedException {
        cloudProxy.refuse();
        pause(fromMillis, toMillis);
        cloudProxy.pass();
    }

    /**
     * Stops the router for a time. The cloud ends the connection early in that time; what it had sent before waits to
     * be read.
     */
    void freeze(Duration time) throws Exception {
        router.freeze();
        pause(1000, 3000);
        cloud.faults().endStreams(random.nextBoolean() ? StreamEnd.END_OF_BODY : StreamEnd.CUT);
        pause(time);
        router.thaw();
    }

    /** Sets how far the router's clock is ahead. */
    void setClock(Duration ahead) throws InterruptedException {
        clock().set(ahead);
        log.note("the router's clock is ahead by " + ahead);
        pause(WrongClock.NOTICED);
    }

    /** Lets the router's clock run at another speed for a time. */
    void letClockDrift(Duration time, Duration perSecond) throws InterruptedException {
        log.note("the router's clock gains " + perSecond + " a second");
        for (long left = time.toSeconds(); left > 0; left--) {
            clock().set(clock().offset().plus(perSecond));
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /**
     * Ends the router, and starts it with a clock that shows an earlier time, as on a machine without a battery for its
     * clock.
     */
    void restartWithAnOldClock(boolean kill) throws Exception {
        Duration right = clock().offset();
        end(kill);
        pause(1000, 4000);
        clock().set(right.minus(Duration.ofMinutes(2 + random.nextInt(600))));
        log.note("the router's clock is ahead by " + clock().offset());
        router.start();
        awaitLive();
        pause(1000, 4000);
        setClock(right);
    }

    /** Between 70 seconds and a day, ahead or behind; small ones as likely as large ones. */
    Duration anyOffset() {
        double most = Math.log(Duration.ofDays(1).toSeconds() / 70.0);
        long seconds = Math.round(70 * Math.exp(most * random.nextDouble()));
        return Duration.ofSeconds(random.nextBoolean() ? seconds : -seconds);
    }

    private WrongClock clock() {
        if (clock == null) {
            throw new IllegalStateException("this trial has no wrong clock");
        }
        return clock;
    }

    /** Fills the disk during an action. */
    void fillDisk(Meanwhile meanwhile) throws Exception {
        if (disk == null) {
            throw new IllegalStateException("this trial has no small disk");
        }
        disk.fill();
        meanwhile.happen();
        disk.free();
    }

    /** Ends the router and starts it under conditions in which it cannot become live, without waiting for that. */
    void restartAmidst(boolean kill) throws Exception {
        pause(0, 1000);
        end(kill);
        router.start();
        pause(2000, 6000);
    }

    private void awaitLive() throws Exception {
        boolean live = waitFor(
                () -> {
                    startIfEnded();
                    return router.isLive();
                },
                PATIENCE);
        if (!live) {
            router.printThreads();
            List<String> lines = Files.readAllLines(router.log());
            throw new AssertionError("the stream is not live after " + PATIENCE.toSeconds() + " s\n" + log + "\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 400), lines.size())));
        }
    }

    /**
     * Ends all faults, produces a few more events, ends the production, and waits until everything has arrived. Also
     * returns if something does not arrive; the sinks report what is missing.
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
        for (int i = 0; i < MOST_FRESH_STARTS && !receivesFreshEvents(); i++) {
            log.note("nothing fresh was received live");
        }
        publishOddities();
        cloud.stopProduction();
        boolean complete = awaitComplete();
        lookAtGaps();
        Duration recovery = Duration.ofNanos(System.nanoTime() - begin);
        log.note((complete ? "all delivered after " : "not all delivered after ") + recovery.toMillis() + " ms");
        longestRecovery = recovery.compareTo(longestRecovery) > 0 ? recovery : longestRecovery;
        return complete;
    }

    /**
     * Whether the router receives what the cloud sends twice, as a clock or a disk may have ended the stream once more.
     */
    private boolean receivesFreshEvents() throws Exception {
        awaitLive();
        firstFresh = cloud.producedCount();
        long before = router.duplicates();
        cloud.faults().duplicate(BATCH);
        pause(1000, 1500);
        long recognised = Math.max(0, router.duplicates() - before);
        cloudDuplicates += recognised;
        return recognised > 0;
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
        person.stop();
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
