package io.github.dtstream.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as separate processes, with a real broker. */
class KafkaStreamGroupIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> STREAMS = new TreeSet<>(Set.of("s1", "s2", "s3", "s4", "s5", "s6"));

    private static @Nullable KafkaBroker broker;

    private final List<NodeProcess> nodes = new ArrayList<>();

    @BeforeAll
    static void startBroker(@TempDir Path place) throws Exception {
        KafkaBroker.assumeThatItCanBeHad();
        // a broker that was killed waits for the end of its own session, and sessions of nodes must last longer than
        // that
        broker = KafkaBroker.start(place, Map.of("broker.session.timeout.ms", "3000"), List.of());
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @AfterEach
    void stopNodes() throws Exception {
        for (NodeProcess node : nodes) {
            node.close();
        }
    }

    private static KafkaBroker broker() {
        KafkaBroker running = broker;
        if (running == null) {
            throw new IllegalStateException("no broker was started");
        }
        return running;
    }

    private NodeProcess node(String group, String name) throws Exception {
        NodeProcess node = new NodeProcess(broker().address(), group, name, String.join(",", STREAMS));
        nodes.add(node);
        return node;
    }

    /** A node that is not ready for the streams. */
    private NodeProcess returningNode(String group, String name) throws Exception {
        NodeProcess node = new NodeProcess(broker().address(), group, name, String.join(",", STREAMS), "unready");
        nodes.add(node);
        return node;
    }

    /** Whether each stream is held by exactly one of these nodes, by the lines that they printed. */
    private static boolean isShared(NodeProcess... among) {
        List<String> held =
                Stream.of(among).flatMap(node -> node.held().stream()).sorted().toList();
        return held.equals(List.copyOf(STREAMS));
    }

    private static void awaitShared(NodeProcess... among) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> isShared(among));
    }

    private static void awaitEven(NodeProcess... among) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> isShared(among)
                        && Stream.of(among).allMatch(node -> node.held().size() == STREAMS.size() / among.length));
    }

    /** The holdings that a node reports. */
    private static List<String> holdings(NodeProcess node) throws Exception {
        int before = node.said().size();
        node.order("holdings");
        await().atMost(PATIENCE).until(() -> node.said().lastIndexOf("that is all") >= before);
        List<String> said = node.said();
        return said.subList(before, said.size()).stream()
                .filter(line -> line.startsWith("holding"))
                .toList();
    }

    /** Waits until one node knows since when the other node holds each of its streams. */
    private static void awaitTold(NodeProcess one, NodeProcess other) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> told = holdings(one);
            assertThat(other.held())
                    .allMatch(stream -> told.stream()
                            .anyMatch(line -> line.startsWith("holding " + stream + " " + other.name() + " known")));
        });
    }

    private void awaitHolding(NodeProcess node, String line) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(holdings(node))
                        .as(() -> nodes.stream().map(NodeProcess::story).collect(Collectors.joining()))
                        .contains("holding " + line));
    }

    @Test
    void movesStreamsFromNodesThatAreKilledStoppedOrFrozen() throws Exception {
        NodeProcess a = node("lively", "a");
        NodeProcess b = node("lively", "b");
        NodeProcess c = node("lively", "c");
        awaitEven(a, b, c);

        String ofA = a.held().iterator().next();
        awaitTold(c, a);
        a.kill();
        b.freeze();
        long gone = System.nanoTime();
        awaitShared(c);
        long taken = Duration.ofNanos(System.nanoTime() - gone).toMillis();
        System.err.println("MEASURED killed or frozen until all was assigned elsewhere: " + taken + " ms");
        awaitHolding(c, ofA + " c known a did not answer any more");

        int before = b.said().size();
        b.thaw();
        await().atMost(PATIENCE).until(() -> b.said().size() > before);
        assertThat(b.said().get(before)).startsWith("lost");
        awaitEven(b, c);

        String ofC = c.held().iterator().next();
        c.order("close");
        long stopped = System.nanoTime();
        awaitShared(b);
        System.err.println("MEASURED stopped until all was assigned elsewhere: "
                + Duration.ofNanos(System.nanoTime() - stopped).toMillis() + " ms");
        awaitHolding(b, ofC + " b known c gave it up: it was stopped");
        assertThat(c.said()).noneMatch(line -> line.startsWith("lost"));
        assertThat(taken).isLessThan(30_000);
    }

    @Test
    void givesItsStreamsUpInOrderIfItIsStoppedWhileTheGroupRebalances() throws Exception {
        NodeProcess a = node("rebalancing", "a");
        NodeProcess b = node("rebalancing", "b");
        awaitEven(a, b);
        String ofA = a.held().iterator().next();
        awaitTold(b, a);
        long joinings = a.joinings();
        // the group waits for it before it assigns anything anew
        b.freeze();
        NodeProcess c = node("rebalancing", "c");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> a.joinings() > joinings);

        a.order("close");

        awaitShared(c);
        awaitHolding(c, ofA + " c known a gave it up: it was stopped");
        assertThat(a.said()).noneMatch(line -> line.startsWith("lost"));
    }

    @Test
    void leavesAStreamThatItGaveUpToAnotherNodeAsLongAsThereIsOne() throws Exception {
        NodeProcess a = node("away", "a");
        NodeProcess b = node("away", "b");
        awaitEven(a, b);
        String stream = a.held().iterator().next();
        awaitTold(b, a);

        a.order("release " + stream + " it does not reach the cloud");

        await().atMost(PATIENCE).until(() -> b.held().contains(stream) && isShared(a, b));
        assertThat(a.held()).as("nothing instead of what it gave up").hasSize(2);
        awaitHolding(a, stream + " b known a gave it up: it does not reach the cloud");
        broker().kill();
        broker().begin();
        b.order("close");
        awaitShared(a);
        awaitHolding(a, stream + " a known b gave it up: it was stopped");
        assertThat(a.said()).noneMatch(line -> line.startsWith("lost"));
    }

    @Test
    void aNodeThatGaveUpEverythingStaysInTheGroupAndTakesWhatNobodyElseDoes() throws Exception {
        NodeProcess a = node("empty-handed", "a");
        NodeProcess b = node("empty-handed", "b");
        awaitEven(a, b);

        for (String stream : STREAMS) {
            a.order("release " + stream + " it does not reach the cloud");
        }
        awaitShared(b);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker().address()))) {
            assertThat(admin.describeConsumerGroups(List.of("empty-handed"))
                            .describedGroups()
                            .get("empty-handed")
                            .get()
                            .members())
                    .hasSize(2);
        }

        b.kill();
        awaitShared(a);
    }

    @Test
    void aNodeThatGaveUpEverythingAsksAgainIfItIsAlone() throws Exception {
        NodeProcess a = node("alone", "a");
        awaitShared(a);

        for (String stream : STREAMS) {
            a.order("release " + stream + " it does not reach the cloud");
        }

        await().atMost(PATIENCE).until(() -> a.held().isEmpty());
        awaitShared(a);
    }

    @Test
    void aNodeThatReturnsGetsItsShareWhenItIsReadyAndAllIfNobodyElseIsThere() throws Exception {
        NodeProcess a = node("returning", "a");
        awaitShared(a);
        NodeProcess b = returningNode("returning", "b");
        // the other node is a member, and the group leaves the streams to those that are ready
        awaitTold(b, a);
        NodeProcess c = node("returning", "c");
        awaitEven(a, c);
        assertThat(b.said()).noneMatch(line -> line.startsWith("assigned"));

        for (String stream : STREAMS) {
            b.order("ready " + stream);
        }
        awaitEven(a, b, c);

        NodeProcess d = returningNode("returning", "d");
        awaitTold(d, a);
        a.kill();
        b.kill();
        c.kill();
        awaitShared(d);
    }

    /** Whoever looks at a node that waits must not take for a holder what may have ended long ago. */
    @Test
    void doesNotSayWhoHoldsAStreamWhileKafkaDoesNotAnswer() throws Exception {
        NodeProcess a = node("silent", "a");
        NodeProcess b = node("silent", "b");
        awaitEven(a, b);
        String ofA = a.held().iterator().next();
        awaitTold(b, a);

        broker().freeze();
        try {
            awaitHolding(b, ofA + " null unknown Kafka does not say who holds it");
        } finally {
            broker().thaw();
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(holdings(b)).noneMatch(line -> line.contains("null")));
    }
}
