package io.github.dtstream.proof;

import io.github.dtstream.kafka.KafkaBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures many projects on several routers of a group: how long it takes to start, until each project's events are
 * delivered again when a router is killed or stopped, and what a router takes for its streams. After {@code mvn -Dquick
 * package}:
 *
 * <pre>{@code
 * mvn -q -Dquick test-compile exec:java@kafka-farm -Dexec.args="--projects 100 --routers 3"
 * }</pre>
 */
@Command(
        name = "kafka-farm",
        description = "Measures many projects on several routers.",
        mixinStandardHelpOptions = true)
public final class KafkaFarm implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_MILLIS = 50;
    private static final String GROUP = "dt.routers";
    private static final String TOPIC = GROUP + ".stream.";
    private static final int CLOCK_TICKS_PER_SECOND = 100;
    private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\":\"([^\"]+)\"");

    @Option(names = "--projects", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "100")
    private int projects;

    @Option(names = "--routers", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "3")
    private int count;

    @Option(
            names = "--rate",
            description = "Events per second and project. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private double rate;

    @Option(
            names = "--idle",
            description = "For how many seconds CPU is measured before a fault. Default: ${DEFAULT-VALUE}.",
            defaultValue = "30")
    private int idle;

    @Option(names = "--heap", description = "Of each router, in MB. Default: ${DEFAULT-VALUE}.", defaultValue = "512")
    private long heap;

    @Option(
            names = "--faults",
            description = "Whether routers are killed and stopped. Default: ${DEFAULT-VALUE}.",
            defaultValue = "true",
            arity = "1")
    private boolean faults;

    private final Map<String, SimulatedCloud> clouds = new TreeMap<>();
    private final List<RouterProcess> routers = new ArrayList<>();
    private long brokerPid;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KafkaFarm()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("kafka-farm");
        say("in %s; load of the machine %s", folder, load());
        SimulatorSettings settings =
                SimulatorSettings.defaults().withIndexingDelay(Duration.ofMillis(100), Duration.ofMillis(500));
        try (KafkaBroker broker = broker(Files.createDirectories(folder.resolve("kafka")));
                SimulatedCloud cloud = SimulatedCloud.start(settings, Clock.systemUTC(), new SplittableRandom(1));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            brokerPid = broker.pid();
            clouds.put(cloud.projectId(), cloud);
            for (int i = 1; i < projects; i++) {
                SimulatedCloud other = cloud.addProject(new SplittableRandom(i + 1));
                clouds.put(other.projectId(), other);
            }
            for (SimulatedCloud one : clouds.values()) {
                one.addDevices(2, DeviceType.TEMPERATURE);
            }
            Path installed = KafkaRouters.install(folder);
            for (int i = 0; i < count; i++) {
                Path place = configured(folder.resolve("router-" + i), "router-" + i, cloud, broker);
                routers.add(new RouterProcess(installed, place, Map.of(), heap));
            }
            try {
                measure(broker, admin);
            } finally {
                for (RouterProcess router : routers) {
                    router.close();
                }
            }
        }
        return 0;
    }

    private static KafkaBroker broker(Path folder) throws Exception {
        return KafkaBroker.start(folder, Map.of("offsets.topic.num.partitions", "3"), List.of());
    }

    private void measure(KafkaBroker broker, Admin admin) throws Exception {
        for (SimulatedCloud cloud : clouds.values()) {
            cloud.produce(rate);
            // not all at the same time
            TimeUnit.NANOSECONDS.sleep((long) (1e9 / rate / projects));
        }
        Set<String> all = clouds.keySet();
        measured("the first start of all, which creates the topics", routers, all, this::startAll);
        settle(admin);
        takes(broker, admin);
        if (faults) {
            RouterProcess killed = routers.get(0);
            measured("one router killed", without(killed), held(admin, killed), killed::kill);
            settle(admin);
            killed.start();
            settle(admin);
            RouterProcess stopped = routers.get(1);
            Thread stops = new Thread(() -> terminate(stopped));
            measured("one router stopped", without(stopped), held(admin, stopped), stops::start);
            stops.join();
            stopped.start();
            settle(admin);
        }
        metadata(broker);
        long since = System.nanoTime();
        List<Thread> ending = routers.stream()
                .map(router -> new Thread(() -> terminate(router)))
                .toList();
        ending.forEach(Thread::start);
        for (Thread one : ending) {
            one.join();
        }
        say("all routers stopped: %s", seconds(since));
        measured("a start of all, with topics that exist", routers, all, this::startAll);
    }

    private void startAll() throws IOException {
        for (RouterProcess router : routers) {
            router.start();
        }
    }

    private List<RouterProcess> without(RouterProcess gone) {
        return routers.stream().filter(router -> router != gone).toList();
    }

    /**
     * Does something, and reports how long it takes until these routers deliver an event of each of these projects that was
     * sent after that, and by how long an event was late at most, by project: what nobody received comes from history, for
     * which the router waits until it has everything.
     */
    private void measured(String what, List<RouterProcess> among, Set<String> of, Work work) throws Exception {
        List<RouterProcess> others =
                routers.stream().filter(router -> !among.contains(router)).toList();
        Map<Path, Long> sizes = new TreeMap<>();
        delivered(routers, sizes);
        Map<String, Long> after = new TreeMap<>();
        Map<String, Long> late = new TreeMap<>();
        long usedBefore = used(among);
        long since = System.nanoTime();
        Instant begun = Instant.now();
        work.run();
        while (after.size() < of.size() && System.nanoTime() - since < PATIENCE.toNanos()) {
            Map<String, List<Instant>> here = delivered(among, sizes);
            Map<String, List<Instant>> all = delivered(others, sizes);
            Instant seen = Instant.now();
            long now = System.nanoTime() - since;
            here.forEach((project, sent) -> {
                if (of.contains(project) && sent.stream().anyMatch(begun::isBefore)) {
                    after.putIfAbsent(project, now);
                }
                all.computeIfAbsent(project, name -> new ArrayList<>()).addAll(sent);
            });
            all.forEach((project, sent) -> sent.stream()
                    .filter(begun::isBefore)
                    .map(at -> Duration.between(at, seen).toNanos())
                    .forEach(nanos -> late.merge(project, nanos, Math::max)));
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        late.keySet().retainAll(of);
        List<Long> times = after.values().stream().sorted().toList();
        List<Long> latest = late.values().stream().sorted().toList();
        say(
                "%s: %d of %d projects delivered by these routers after p50 %s, p90 %s, max %s; an event was late by p50 %s, p90"
                        + " %s, max %s; these routers and the broker used %.1f s of CPU; load of the machine %s",
                what,
                after.size(),
                of.size(),
                at(times, 0.5),
                at(times, 0.9),
                at(times, 1),
                at(latest, 0.5),
                at(latest, 0.9),
                at(latest, 1),
                (double) (used(among) - usedBefore) / CLOCK_TICKS_PER_SECOND,
                load());
    }

    /** The CPU that these routers, as far as they run, and the broker have used. */
    private long used(List<RouterProcess> among) throws IOException {
        long ticks = ticks(brokerPid);
        for (RouterProcess router : among) {
            if (router.isRunning()) {
                ticks += ticks(router.pid());
            }
        }
        return ticks;
    }

    /**
     * When the events were sent that were delivered since the last call, by project.
     *
     * @param sizes what was read of each file
     */
    private Map<String, List<Instant>> delivered(List<RouterProcess> among, Map<Path, Long> sizes) throws IOException {
        Map<String, List<Instant>> all = new TreeMap<>();
        for (RouterProcess router : among) {
            for (String project : clouds.keySet()) {
                Path folder = router.data().resolve("events").resolve(project);
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.list(folder)) {
                        for (Path file : files.toList()) {
                            all.computeIfAbsent(project, name -> new ArrayList<>())
                                    .addAll(sentAt(added(file, sizes)));
                        }
                    }
                }
            }
        }
        return all;
    }

    /** The whole lines that a file has had since the last call. */
    private static String added(Path file, Map<Path, Long> sizes) throws IOException {
        long read = sizes.getOrDefault(file, 0L);
        if (Files.size(file) == read) {
            return "";
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(read);
            byte[] added = new byte[(int) (bytes.length() - read)];
            bytes.readFully(added);
            String text = new String(added, StandardCharsets.UTF_8);
            String lines = text.substring(0, text.lastIndexOf('\n') + 1);
            sizes.put(file, read + lines.getBytes(StandardCharsets.UTF_8).length);
            return lines;
        }
    }

    private static List<Instant> sentAt(String lines) {
        return TIMESTAMP
                .matcher(lines)
                .results()
                .map(found -> Instant.parse(found.group(1)))
                .toList();
    }

    /** What is done to the routers. */
    private interface Work {
        void run() throws Exception;
    }

    private static String at(Collection<Long> sorted, double share) {
        List<Long> all = List.copyOf(sorted);
        long nanos = all.isEmpty() ? 0 : all.get((int) Math.min(all.size() - 1, Math.floor(all.size() * share)));
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** The group's members, while no rebalance is under way: nothing is assigned meanwhile. */
    private static ConsumerGroupDescription group(Admin admin) throws Exception {
        while (true) {
            ConsumerGroupDescription group =
                    admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP);
            if (group.state() == ConsumerGroupState.STABLE) {
                return group;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** The projects whose streams a router holds. */
    private Set<String> held(Admin admin, RouterProcess router) throws Exception {
        String name = "router-" + routers.indexOf(router);
        return group(admin).members().stream()
                .filter(member -> member.clientId().equals(name))
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .map(one -> one.topic().substring(TOPIC.length(), one.topic().lastIndexOf('.')))
                .collect(Collectors.toSet());
    }

    /** Waits until all routers share all streams evenly, and reports how long that takes. */
    private void settle(Admin admin) throws Exception {
        long since = System.nanoTime();
        while (true) {
            List<Integer> shares = group(admin).members().stream()
                    .map(MemberDescription::assignment)
                    .map(assignment -> assignment.topicPartitions().size())
                    .sorted()
                    .toList();
            int running =
                    (int) routers.stream().filter(RouterProcess::isRunning).count();
            boolean isEven = shares.size() == running
                    && shares.stream().mapToInt(share -> share).sum() == projects
                    && shares.get(running - 1) - shares.get(0) <= 1;
            if (isEven || System.nanoTime() - since > PATIENCE.toNanos()) {
                say("shares %s after %s", shares, seconds(since));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Reports what each process takes. */
    private void takes(KafkaBroker broker, Admin admin) throws Exception {
        TimeUnit.SECONDS.sleep(10);
        Map<String, Long> processes = new TreeMap<>();
        for (int i = 0; i < routers.size(); i++) {
            processes.put("router " + i, routers.get(i).pid());
        }
        processes.put("the broker", broker.pid());
        Map<String, Long> before = new TreeMap<>();
        for (Map.Entry<String, Long> one : processes.entrySet()) {
            before.put(one.getKey(), ticks(one.getValue()));
        }
        long produced = produced();
        long since = System.nanoTime();
        TimeUnit.SECONDS.sleep(idle);
        double seconds = (System.nanoTime() - since) / 1e9;
        double millions = (produced() - produced) / 1e6;
        for (Map.Entry<String, Long> one : processes.entrySet()) {
            double used = (double) (ticks(one.getValue()) - before.get(one.getKey())) / CLOCK_TICKS_PER_SECOND;
            Map<String, String> status = status(one.getValue());
            say(
                    "%s: RSS %s, peak %s, threads %s, sockets %d, CPU %.1f %% of a core, %.0f s for a million events",
                    one.getKey(),
                    status.get("VmRSS"),
                    status.get("VmHWM"),
                    status.get("Threads"),
                    sockets(one.getValue()),
                    100 * used / seconds,
                    used / millions);
        }
        say("%.0f events a second; load of the machine %s", millions * 1e6 / seconds, load());
        long bytes = 0;
        int partitions = 0;
        for (LogDirDescription log :
                admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values()) {
            for (Map.Entry<TopicPartition, ReplicaInfo> one : log.replicaInfos().entrySet()) {
                partitions += one.getKey().topic().startsWith("dt.") ? 1 : 0;
                bytes += one.getKey().topic().endsWith(".events")
                        ? one.getValue().size()
                        : 0;
            }
        }
        say("%d partitions; %.0f bytes an event", partitions, (double) bytes / produced());
    }

    private long produced() {
        return clouds.values().stream().mapToLong(SimulatedCloud::producedCount).sum();
    }

    /** Reports the largest record in which Kafka keeps the metadata of the group. */
    private static void metadata(KafkaBroker broker) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "exclude.internal.topics", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("__consumer_offsets").stream()
                    .map(of -> new TopicPartition(of.topic(), of.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            int largest = 0;
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    largest = Math.max(largest, record.serializedValueSize());
                }
            }
            say("the group's metadata: %d bytes at most", largest);
        }
    }

    private static Map<String, String> status(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .map(line -> line.split(":\\s*", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (one, other) -> one));
    }

    private static long ticks(long pid) throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long sockets(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().startsWith("socket:");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }

    private static String seconds(long since) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - since) / 1e9);
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static void terminate(RouterProcess router) {
        try {
            router.terminate();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path configured(Path place, String name, SimulatedCloud cloud, KafkaBroker broker) throws IOException {
        Path routes = Files.createDirectories(place.resolve("routes"));
        Files.copy(Path.of("routes/events-to-files.camel.yaml"), routes.resolve("events-to-files.camel.yaml"));
        List<String> lines = new ArrayList<>(KafkaRouters.of(cloud));
        lines.removeIf(line -> line.startsWith("dt.project-id=") || line.startsWith("dt.ping-interval="));
        lines.addAll(List.of(
                "dt.project-id=" + String.join(",", clouds.keySet()),
                "dt.ping-interval=10s",
                "dt.journal=kafka",
                "dt.kafka.bootstrap-servers=" + broker.address(),
                "dt.kafka.replication=1",
                "dt.kafka.group=routers",
                "dt.kafka.node=" + name));
        Files.write(place.resolve("application.properties"), lines);
        return place;
    }
}
