package io.github.dtstream.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.push.PushSignature;
import io.github.dtstream.push.SignedPush;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each event that was acknowledged to a Data Connector is in the journal, and once, although the router is killed
 * repeatedly during pushes, and its disk is full. Each sender behaves like the cloud: it repeats an event until it is
 * answered by 204.
 */
@Timeout(900)
class PushIT {
    private static final Path JAR = Path.of(System.getProperty("dt.jar", "target/dt-stream-router.jar"));
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SECRET = "the-secret-of-the-data-connector";
    private static final Duration CLOUDS_PATIENCE = Duration.ofSeconds(10);
    private static final int SENDERS = 8;
    private static final int KILLS = 3;
    private static final int EACH_TIME = 200;

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repeated = new AtomicInteger();
    private volatile boolean enough;

    @Test
    void eachPushThatWasAnsweredIsInTheJournalOnce() throws Exception {
        configure();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try (RouterProcess router = new RouterProcess(JAR, folder, Map.of())) {
            for (int i = 0; i < SENDERS; i++) {
                String name = "s" + i;
                senders.execute(() -> sendForEver(name));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                router.start();
                awaitMore(EACH_TIME);
                router.kill();
                assertThat(journal()).containsAll(acknowledged);
            }
            router.start();
            awaitMore(EACH_TIME);
            enough = true;
            senders.shutdown();
            assertThat(senders.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            router.terminate();
            assertThat(router.exitCode()).as(Files.readString(router.log())).isIn(0, 143);
        } finally {
            enough = true;
            senders.shutdownNow();
        }
        assertThat(journal()).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(acknowledged).hasSizeGreaterThan(KILLS * EACH_TIME);
        assertThat(repeated).as("sent again after a kill").hasPositiveValue();
    }

    @Test
    void whatAFullDiskDoesNotTakeIsAnsweredInTimeAndTakenWhenItIsSentAgain() throws Exception {
        assumeTrue(SmallDisk.isPossible(), "a file system of its own needs root on Linux");
        configure();
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("data"), 16);
                RouterProcess router = new RouterProcess(JAR, folder, Map.of())) {
            router.start();
            await().atMost(PATIENCE).until(() -> push(payload("first")) == 204);
            disk.fill();
            // The last block of a file may have some room.
            int last = 0;
            while (push(payload("e" + last)) == 204) {
                last++;
            }
            // the cloud waits for ten seconds; a machine that is busy may be late once
            Duration taken = CLOUDS_PATIENCE;
            for (int attempt = 0; attempt < 5 && taken.compareTo(CLOUDS_PATIENCE) >= 0; attempt++) {
                long begun = System.nanoTime();
                assertThat(push(payload("delayed"))).isEqualTo(503);
                taken = Duration.ofNanos(System.nanoTime() - begun);
            }
            assertThat(taken).isLessThan(CLOUDS_PATIENCE);
            disk.free();
            await().atMost(PATIENCE).until(() -> push(payload("delayed")) == 204);
            String again = payload("e" + last);
            await().atMost(PATIENCE).until(() -> push(again) == 204);
            router.terminate();
            List<String> journal = journal();
            assertThat(journal).doesNotHaveDuplicates().hasSize(last + 3).contains("first", "delayed", "e" + last);
        }
    }

    private void configure() throws IOException {
        Files.writeString(folder.resolve("application.properties"), """
                dt.project-id=p1
                dt.streaming=false
                dt.data-connector-secret=%s
                dt.http-port=0
                """.formatted(SECRET));
        Path routes = Files.createDirectories(folder.resolve("routes"));
        for (String route : List.of("data-connector.camel.yaml", "events-to-files.camel.yaml")) {
            Files.copy(Path.of("routes", route), routes.resolve(route));
        }
    }

    private void awaitMore(int count) {
        int before = acknowledged.size();
        await().atMost(PATIENCE).until(() -> acknowledged.size() >= before + count);
    }

    private void sendForEver(String name) {
        try {
            for (int number = 0; !enough; number++) {
                send(name + "n" + number);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String id) throws InterruptedException {
        String body = payload(id);
        while (push(body) != 204) {
            repeated.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        acknowledged.add(id);
    }

    private static String payload(String id) {
        return SignedPush.payload(SignedPush.event(id, "d1", "p1"), "d1", "p1", "Door");
    }

    /** The status of the answer; 0 for no answer. */
    private int push(String body) throws InterruptedException {
        try {
            String port =
                    Files.readString(folder.resolve("data/management.port")).trim();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + Integer.parseInt(port) + "/data-connector/p1"))
                    .timeout(Duration.ofMinutes(1))
                    .header(PushSignature.HEADER, SignedPush.token(body, SECRET))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException | NumberFormatException e) {
            // The router is not running, or not yet.
            return 0;
        }
    }

    /** The identifiers of all complete records. */
    private List<String> journal() throws IOException {
        List<String> identifiers = new ArrayList<>();
        try (Stream<Path> segments = Files.list(folder.resolve("data/journal/p1/default/segments"))) {
            for (Path segment : segments.sorted().toList()) {
                String text = Files.readString(segment, StandardCharsets.UTF_8);
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(line -> line.replaceFirst(".*?\"eventId\":\"([^\"]+)\".*", "$1"))
                        .forEach(identifiers::add);
            }
        }
        return identifiers;
    }
}
