package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.faultproxy.Cut;
import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.kafka.KafkaCluster;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Three routers that share the streams of three projects, and three brokers. One of the routers stands by hot. One route
 * is delivered by the holder of its stream, and another one is shared by the routers. Each router has proxies of its own
 * in front of the cloud and of every broker. The seed determines the faults, their order and their length. Used by one
 * thread.
 */
final class GroupTrial implements AutoCloseable {
    /** {@code maxBatchSize} of the routes. A smaller one cannot catch up where brokers need seconds for a transaction. */
    static final int BATCH = 100;

    static final List<String> NODES = List.of("a", "b", "c");
    private static final String STANDS_BY = "c";
    private static final int PARTITIONS = 6;
    /** Two routes of three projects, one of which has six partitions each. */
    private static final long HEAP_MEGABYTES = 128;

    private static final int LOAD = 10;
    private static final int ATTEMPTS = 50;
    private static final int PROJECTS = 3;
    private static final int DEVICES = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    /** The streams do not move any more if they have not moved for so long. */
    private static final Duration QUIET = Duration.ofSeconds(4);

    /**
     * A fault that has begun.
     *
     * @param node the router that is concerned; empty if it is all of them or a broker
     * @param projects the projects whose delivery may pause
     * @param since when it began, of {@link System#nanoTime}
     */
    record Ongoing(GroupFault kind, String node, List<String> projects, long since, Action end) {}

    /** What may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    private final Path folder;
    private final Random random;
    private final KafkaCluster brokers;
    private final SimulatedCloud cloud;
    private final List<SimulatedCloud> projects = new ArrayList<>();
    private final DeliverySink sink;
    /** Of the route that the routers share. */
    private final DeliverySink shared;

    private final Map<String, RouterProcess> routers = new LinkedHashMap<>();
    private final Map<String, FaultProxy> clouds = new LinkedHashMap<>();
    private final Set<String> disturbed = new HashSet<>();
    private final List<String> story = new ArrayList<>();
    private final List<String> deaths = new ArrayList<>();
    private final Pauses pauses = new Pauses();
    private final Set<GroupFault> suffered = EnumSet.noneOf(GroupFault.class);
    private double perSecond;
    private int nextBroker;
    private boolean brokerIsDisturbed;

    /**
     * Starts everything, and waits until each stream is delivered.
     *
     * @param folder an empty folder
     * @param jar the packaged router
     */
    GroupTrial(Path folder, Path jar, long seed) throws Exception {
        this.folder = folder;
        random = new Random(seed);
        sink = DeliverySink.start(folder.resolve("deliveries.txt"));
        shared = DeliverySink.start(folder.resolve("shared-deliveries.txt"), GroupTrial::partition);
        brokers = KafkaCluster.start(Files.createDirectories(folder.resolve("kafka")), NODES);
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500))
                .withStreamBuffer(50_000, 1);
        cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(seed));
        projects.add(cloud);
        while (projects.size() < PROJECTS) {
            projects.add(cloud.addProject(new SplittableRandom(seed + projects.size())));
        }
        try {
            Path installed = KafkaProgram.installed(jar, folder.resolve("program"));
            for (SimulatedCloud project : projects) {
                project.recordTo(oracle(project));
                project.addDevices(DEVICES, DeviceType.TEMPERATURE);
            }
            for (String node : NODES) {
                clouds.put(node, FaultProxy.start(cloud.port()));
                routers.put(node, new RouterProcess(installed, configured(node), Map.of(), HEAP_MEGABYTES));
            }
            for (RouterProcess router : routers.values()) {
                router.start();
            }
            await("all routers are ready", () -> routers.values().stream().allMatch(GroupTrial::isReady));
            // a router that waits is ready, and nobody receives what is sent before a stream is first open
            await("all streams are received", () -> received() == PROJECTS);
            raiseAnAlarm();
            note("everything runs");
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private Path oracle(SimulatedCloud project) {
        return folder.resolve("oracle-" + project.projectId() + ".ndjson");
    }

    private Path configured(String node) throws IOException {
        Path place = Files.createDirectories(folder.resolve(node));
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.writeString(routes.resolve("sink.camel.yaml"), sink.route(node, "sink", "maxBatchSize: " + BATCH));
        Files.writeString(
                routes.resolve("shared.camel.yaml"),
                shared.route(node, "shared", "maxBatchSize: " + BATCH + ", shared: true, startFrom: beginning"));
        Files.writeString(routes.resolve("alarms.yaml"), """
                alarms:
                  - {alarm: damp, value: humidity, raise: {above: 90}}
                """);
        String api = "http://127.0.0.1:" + port(node);
        Files.write(
                place.resolve("application.properties"),
                List.of(
                        "dt.project-id="
                                + String.join(
                                        ",",
                                        projects.stream()
                                                .map(SimulatedCloud::projectId)
                                                .toList()),
                        "dt.http-port=0",
                        "dt.journal=kafka",
                        "dt.kafka.bootstrap-servers=" + brokers.address(node),
                        "dt.kafka.group=routers",
                        "dt.kafka.node=" + node,
                        "dt.standby=" + (node.equals(STANDS_BY) ? "hot" : "cold"),
                        "dt.service-account-key-id=" + cloud.account().keyId(),
                        "dt.service-account-secret=" + cloud.account().secret(),
                        "dt.service-account-email=" + cloud.account().email(),
                        "dt.api-url=" + api + "/v2",
                        "dt.token-url=" + api + "/oauth2/token",
                        "dt.max-retries=-1",
                        "dt.ping-interval=1s",
                        "camel.component.dt-stream.pingJitter=500ms",
                        "camel.component.dt-stream.initialRetryDelay=50ms",
                        "camel.component.dt-stream.maxRetryDelay=1s",
                        "camel.component.dt-stream.redeliveryDelay=100ms",
                        "camel.component.dt-stream.maxRedeliveryDelay=1s",
                        "camel.component.dt-stream.historyRequestsPerSecond=200",
                        "camel.component.dt-stream.historyIndexingDelay=1s"));
        return place;
    }

    private int port(String node) {
        return proxy(node).port();
    }

    private FaultProxy proxy(String node) {
        FaultProxy proxy = clouds.get(node);
        if (proxy == null) {
            throw new IllegalArgumentException(node);
        }
        return proxy;
    }

    private RouterProcess router(String node) {
        RouterProcess router = routers.get(node);
        if (router == null) {
            throw new IllegalArgumentException(node);
        }
        return router;
    }

    /** An alarm that is raised before everything else is still raised at the end, and was raised once. */
    private void raiseAnAlarm() throws Exception {
        String device = cloud.addDevice(DeviceType.HUMIDITY, Map.of());
        // alarms of a new stream begin with what comes after they were opened, which is tried again while topics are
        // new
        await("the alarm is raised", () -> {
            cloud.publish(device, "humidity", "{\"temperature\":20,\"relativeHumidity\":95}");
            return raised() == 1;
        });
    }

    /** How many alarms the routers show; each shows those of its own streams. */
    private int raised() throws InterruptedException {
        int raised = 0;
        for (RouterProcess router : routers.values()) {
            JsonNode answer = router.ask("/alarms").orElse(null);
            if (answer != null) {
                for (JsonNode alarm : answer.path("alarms")) {
                    raised += alarm.path("rule").asText().equals("damp") ? 1 : 0;
                }
            }
        }
        return raised;
    }

    private static boolean isReady(RouterProcess router) {
        try {
            return router.ask("/health/ready")
                    .filter(answer -> answer.path("status").asText().equals("UP"))
                    .isPresent();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How many streams are received by the routers that hold them. */
    private int received() throws InterruptedException {
        int live = 0;
        for (RouterProcess router : routers.values()) {
            JsonNode answer = router.ask("/routes").orElse(null);
            if (answer != null) {
                for (JsonNode stream : answer.path("streams")) {
                    live += stream.path("state").asText().equals("live") ? 1 : 0;
                }
            }
        }
        return live;
    }

    /** The partition of a device's events, as Kafka's producer chooses it. */
    private static String partition(JsonNode record) {
        byte[] device = record.path("deviceId").asText().getBytes(StandardCharsets.UTF_8);
        return record.path("projectId").asText() + "/" + BuiltInPartitioner.partitionForKey(device, PARTITIONS);
    }

    /** @param perSecond events of each project */
    void produce(double perSecond) {
        this.perSecond = perSecond;
        projects.forEach(project -> {
            project.stopProduction();
            project.produce(perSecond);
        });
    }

    /**
     * Lets each of the faults happen alone, in an order that the seed determines, and measures how long nothing was
     * delivered.
     *
     * @param until when no other fault begins, of {@link System#nanoTime}
     */
    void sufferOneByOne(List<GroupFault> faults, long until) throws Exception {
        settle();
        for (GroupFault kind : shuffled(faults)) {
            if (System.nanoTime() > until) {
                return;
            }
            Duration length = kind.length(random);
            Ongoing ongoing = begin(kind);
            long ends = ongoing.since() + length.toNanos();
            if (kind.isBearable()) {
                awaitDelivered();
                measure(kind.name(), ongoing.projects(), ongoing.since());
                measureShared(kind.name(), ongoing.since());
                TimeUnit.NANOSECONDS.sleep(Math.max(0, ends - System.nanoTime()));
                long ended = System.nanoTime();
                end(ongoing);
                settle();
                measure(kind.name() + ", its end", projectNames(), ended);
            } else {
                TimeUnit.NANOSECONDS.sleep(Math.max(0, ends - System.nanoTime()));
                end(ongoing);
                settle();
                measure(kind.name(), ongoing.projects(), ongoing.since());
            }
        }
    }

    /**
     * Lets a fault begin while others have not ended yet, two at a time.
     *
     * @param until when no other fault begins, of {@link System#nanoTime}
     * @param mostBetween the longest time from one fault to the next; the shortest is a tenth of it
     */
    void suffer(List<GroupFault> faults, long until, Duration mostBetween) throws Exception {
        settle();
        int between = (int) mostBetween.toMillis();
        Deque<Ongoing> ongoing = new ArrayDeque<>();
        for (GroupFault kind : shuffled(faults)) {
            if (System.nanoTime() > until) {
                break;
            }
            if (kind.isOfABroker()) {
                endThoseOfBrokers(ongoing);
            }
            ongoing.add(begin(kind));
            TimeUnit.MILLISECONDS.sleep(between / 10 + random.nextInt(between * 9 / 10));
            if (ongoing.size() == 2) {
                end(ongoing.remove());
            }
            noteDeaths();
        }
        for (Ongoing one : ongoing) {
            end(one);
        }
    }

    private void endThoseOfBrokers(Deque<Ongoing> ongoing) throws Exception {
        for (Ongoing one : List.copyOf(ongoing)) {
            if (one.kind().isOfABroker()) {
                ongoing.remove(one);
                end(one);
            }
        }
    }

    /** In another order: first those that did not happen yet, one of each kind. */
    private List<GroupFault> shuffled(List<GroupFault> faults) {
        List<GroupFault> rest = new ArrayList<>(faults);
        Collections.shuffle(rest, random);
        Set<GroupFault> first = new LinkedHashSet<>(rest);
        first.removeAll(suffered);
        first.forEach(rest::remove);
        List<GroupFault> shuffled = new ArrayList<>(first);
        shuffled.addAll(rest);
        return shuffled;
    }

    /** The kinds of faults that have happened. */
    Set<GroupFault> suffered() {
        return Collections.unmodifiableSet(suffered);
    }

    private Ongoing begin(GroupFault kind) throws Exception {
        suffered.add(kind);
        Ongoing ongoing = kind.begin(this);
        note(kind + " " + ongoing.node());
        return ongoing;
    }

    private void end(Ongoing ongoing) throws Exception {
        ongoing.end().run();
        disturbed.remove(ongoing.node());
        note("end of " + ongoing.kind() + " " + ongoing.node());
    }

    private void note(String what) {
        String line = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + what;
        story.add(line);
        System.out.println(line);
    }

    private void measure(String what, List<String> concerned, long since) {
        long now = System.nanoTime();
        for (String project : concerned) {
            Duration pause = sink.longestPause(project, since, now);
            pauses.add(what, pause);
            note("paused " + pause.toMillis() + " ms: " + project + ", " + what);
        }
    }

    /** The partition that paused longest. */
    private void measureShared(String what, long since) {
        long now = System.nanoTime();
        Duration pause = projectNames().stream()
                .map(project -> shared.longestPause(project, since, now))
                .max(Duration::compareTo)
                .orElseThrow();
        pauses.add(what + ", shared route", pause);
        note("paused " + pause.toMillis() + " ms: shared route, " + what);
    }

    private List<String> projectNames() {
        return projects.stream().map(SimulatedCloud::projectId).toList();
    }

    /** A router that holds streams and is not disturbed yet; if there is none, any that is not disturbed. */
    private String holder() {
        List<String> names = new ArrayList<>(projectNames());
        Collections.shuffle(names, random);
        return names.stream()
                .flatMap(project -> sink.holder(project).stream())
                .filter(node -> !disturbed.contains(node))
                .findFirst()
                .orElseGet(() -> NODES.stream()
                        .filter(node -> !disturbed.contains(node))
                        .findFirst()
                        .orElseThrow());
    }

    private Ongoing ofHolder(GroupFault kind, String node, Action end) {
        return new Ongoing(kind, node, heldBy(node), System.nanoTime(), end);
    }

    private List<String> heldBy(String node) {
        return projectNames().stream()
                .filter(project -> sink.holder(project).filter(node::equals).isPresent())
                .toList();
    }

    private String disturb() {
        String node = holder();
        disturbed.add(node);
        return node;
    }

    Ongoing killHolder() throws Exception {
        String node = disturb();
        router(node).kill();
        ended(node);
        return ofHolder(GroupFault.HOLDER_KILLED, node, router(node)::start);
    }

    Ongoing freezeHolder() throws Exception {
        String node = disturb();
        router(node).freeze();
        return ofHolder(GroupFault.HOLDER_FROZEN, node, router(node)::thaw);
    }

    Ongoing cutHolderFromKafka() throws Exception {
        String node = disturb();
        boolean refuses = random.nextBoolean();
        boolean carries = random.nextBoolean();
        if (refuses) {
            brokers.refuse(node);
        } else {
            brokers.blackHole(node);
        }
        return ofHolder(GroupFault.HOLDER_CUT_FROM_KAFKA, node, () -> {
            if (!carries) {
                brokers.cut(node);
            }
            brokers.pass(node);
        });
    }

    Ongoing cutHolderFromCloud(boolean forLong) {
        String node = disturb();
        FaultProxy proxy = proxy(node);
        if (random.nextBoolean()) {
            proxy.refuse();
        } else {
            proxy.blackHole();
        }
        GroupFault kind = forLong ? GroupFault.HOLDER_CUT_FROM_CLOUD : GroupFault.HOLDER_CUT_FROM_CLOUD_FOR_A_MOMENT;
        return ofHolder(kind, node, () -> {
            proxy.cut(Cut.RST);
            proxy.pass();
        });
    }

    /** Takes a journal over as a router does, and then leaves it alone. */
    Ongoing fenceHolder() throws Exception {
        String node = disturb();
        List<String> held = heldBy(node);
        String project = held.isEmpty() ? cloud.projectId() : held.get(0);
        String journal = "dt." + project + ".default";
        for (int attempt = 0; !takesOver(journal); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new AssertionError("the holder of " + journal + " was faster " + attempt + " times");
            }
        }
        return new Ongoing(GroupFault.HOLDER_FENCED, node, List.of(project), System.nanoTime(), () -> {});
    }

    /** False if the holder asked for a new epoch before the stranger had entered itself. */
    private boolean takesOver(String journal) {
        try (Producer<String, String> stranger = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.address(), "transactional.id", journal),
                new StringSerializer(),
                new StringSerializer())) {
            stranger.initTransactions();
            stranger.beginTransaction();
            stranger.send(new ProducerRecord<>(journal + ".state", 0, "writer", "a stranger"));
            stranger.commitTransaction();
            return true;
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            return false;
        }
    }

    private void ended(String node) {
        sink.ended(node);
        shared.ended(node);
    }

    Ongoing stopARouter() throws Exception {
        String node = disturb();
        List<String> held = heldBy(node);
        long since = System.nanoTime();
        router(node).terminate();
        ended(node);
        return new Ongoing(GroupFault.ROUTER_LEAVES, node, held, since, router(node)::start);
    }

    /** A router leaves and joins while ten times as many events come. */
    Ongoing rebalanceUnderLoad() throws Exception {
        double usual = perSecond;
        produce(usual * LOAD);
        Ongoing leaving = stopARouter();
        return new Ongoing(
                GroupFault.REBALANCED_UNDER_LOAD, leaving.node(), leaving.projects(), leaving.since(), () -> {
                    leaving.end().run();
                    await("router " + leaving.node() + " is ready again", () -> isReady(router(leaving.node())));
                    produce(usual);
                });
    }

    Ongoing restartRoutersInTurn() throws Exception {
        long since = System.nanoTime();
        for (String node : NODES) {
            if (disturbed.contains(node)) {
                continue;
            }
            router(node).terminate();
            ended(node);
            router(node).start();
            await("router " + node + " is ready again", () -> isReady(router(node)));
        }
        return new Ongoing(GroupFault.ROUTERS_RESTARTED_IN_TURN, "", projectNames(), since, () -> {});
    }

    Ongoing killBroker() throws Exception {
        int number = nextBroker();
        KafkaBroker broker = brokers.broker(number);
        broker.kill();
        return new Ongoing(GroupFault.BROKER_KILLED, "broker " + number, projectNames(), System.nanoTime(), () -> {
            broker.begin();
            brokerIsDisturbed = false;
        });
    }

    Ongoing freezeBroker() throws Exception {
        int number = nextBroker();
        KafkaBroker broker = brokers.broker(number);
        broker.freeze();
        return new Ongoing(GroupFault.BROKER_FROZEN, "broker " + number, projectNames(), System.nanoTime(), () -> {
            broker.thaw();
            brokerIsDisturbed = false;
        });
    }

    /** The broker whose turn it is. With two brokers away, no more than holding is promised, so it waits before. */
    private int nextBroker() throws Exception {
        await("all replicas are in sync", () -> !brokerIsDisturbed && brokers.isInSync());
        brokerIsDisturbed = true;
        return nextBroker++ % KafkaCluster.BROKERS;
    }

    /** Waits until all that was produced until now is delivered. */
    private void awaitDelivered() throws Exception {
        for (SimulatedCloud project : projects) {
            List<String> produced =
                    project.produced().stream().map(event -> event.eventId()).toList();
            await(
                    "all of project " + project.projectId() + " is delivered",
                    () -> sink.hasAll(project.projectId(), produced));
            await(
                    "all of project " + project.projectId() + " is delivered by the shared route",
                    () -> shared.hasAll(project.projectId(), produced));
        }
    }

    /** Waits until everything is well again and streams do not move any more. */
    private void settle() throws Exception {
        noteDeaths();
        await("all routers are ready", () -> routers.values().stream().allMatch(GroupTrial::isReady));
        await("all replicas are in sync", brokers::isInSync);
        awaitDelivered();
        int moves = sink.moves() + shared.moves();
        long since = System.nanoTime();
        while (System.nanoTime() - since < QUIET.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(100);
            int now = sink.moves() + shared.moves();
            if (now != moves) {
                moves = now;
                since = System.nanoTime();
            }
        }
    }

    private void noteDeaths() throws IOException {
        for (Map.Entry<String, RouterProcess> one : routers.entrySet()) {
            RouterProcess router = one.getValue();
            if (!disturbed.contains(one.getKey()) && !router.isRunning()) {
                deaths.add("router " + one.getKey() + " had ended by itself with exit code " + router.exitCode());
                router.start();
            }
        }
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long since = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - since > PATIENCE.toNanos()) {
                for (RouterProcess router : routers.values()) {
                    router.printThreads();
                }
                throw new AssertionError("in vain waited until " + what + "\n" + story());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Stops production, waits until everything is delivered, and judges. */
    GroupVerdict judge() throws Exception {
        projects.forEach(SimulatedCloud::stopProduction);
        settle();
        List<String> wrong = new ArrayList<>(deaths);
        // a router that has returned may just be taking its stream, which nobody shows meanwhile
        await("one alarm is raised", () -> raised() == 1);
        for (RouterProcess router : routers.values()) {
            router.askToEnd();
        }
        for (RouterProcess router : routers.values()) {
            router.terminate();
            try (Stream<String> lines = Files.lines(router.log())) {
                lines.filter(line -> line.startsWith("\tat "))
                        .limit(1)
                        .forEach(line -> wrong.add("a stack trace in " + router.log() + ": " + line));
            }
        }
        GroupVerdict.Figures figures = GroupVerdict.Figures.NONE;
        for (SimulatedCloud project : projects) {
            String name = project.projectId();
            Oracle oracle = Oracle.read(oracle(project));
            TopicContents topic = TopicContents.read(brokers.address(), "dt." + name + ".default.events");
            wrong.addAll(topic.differences(oracle));
            wrong.addAll(sink.compare(name, oracle).differences());
            wrong.addAll(topic.disorder(sink.order(name)));
            wrong.addAll(shared.compare(name, oracle).differences());
            wrong.addAll(topic.disorder(shared.order(name)));
            figures = figures.plus(topic, oracle);
        }
        wrong.addAll(sink.repeatedMoreThan(BATCH));
        wrong.addAll(shared.repeatedMoreThan(BATCH));
        wrong.addAll(alarmsTwice());
        return new GroupVerdict(
                wrong,
                figures,
                GroupVerdict.Repetitions.of(sink),
                GroupVerdict.Repetitions.of(shared),
                pauses,
                story());
    }

    private List<String> alarmsTwice() {
        Set<String> seen = new HashSet<>();
        return TopicContents.records(
                        brokers.address(), "dt." + cloud.projectId() + ".default.alarms.events", "read_committed")
                .stream()
                .map(record -> SinkRecord.identifierIn(record.value()))
                .filter(identifier -> !seen.add(identifier))
                .map(identifier -> "twice in the alarm journal: " + identifier)
                .toList();
    }

    /** What was measured until now. */
    Pauses pauses() {
        return pauses;
    }

    /** The faults and their times. */
    String story() {
        return String.join("\n", story);
    }

    @Override
    public void close() throws Exception {
        for (RouterProcess router : routers.values()) {
            router.close();
        }
        clouds.values().forEach(FaultProxy::close);
        cloud.close();
        brokers.close();
        sink.close();
        shared.close();
    }
}
