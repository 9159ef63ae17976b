package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a process: how it runs and how it ends. */
@Execution(ExecutionMode.CONCURRENT)
class RunningJarIT {
    private static final Duration A_MINUTE_AND_MORE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;

    @BeforeEach
    void startCloud() throws IOException {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
    }

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    private JarProcess.Setup router() throws IOException {
        return new JarProcess.Setup(folder).shippedRoutes().cloud(cloud);
    }

    /** Not because it has given up waiting for its parts, for which it has 15 s. */
    private static void endsInOrder(JarProcess router) throws InterruptedException {
        assertThat(router.exitCode()).isZero();
        assertThat(router.out()).doesNotContain("not all was finished within");
    }

    private void awaitLive(JarProcess router) throws InterruptedException {
        router.awaitOutput("live");
    }

    private String deliver(JarProcess router) throws InterruptedException {
        awaitLive(router);
        String eventId =
                cloud.publish(device, "temperature", "{\"value\":21.5}").eventId();
        router.await("event in a file", () -> events().contains(eventId));
        return eventId;
    }

    private String events() {
        return contentsUnder(folder.resolve("data/events"));
    }

    private static String contentsUnder(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "";
        }
        try (Stream<Path> files = Files.walk(directory)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void endsOnASignalWithinSecondsWithItsCursorsWrittenAndTheConnectionClosed(String signal) throws Exception {
        assumeTrue(signal.equals("TERM") || !ignoresInterrupts(), "a background job's children never see SIGINT");
        try (JarProcess router = router().start()) {
            deliver(router);

            router.signal(signal);

            endsInOrder(router);
            assertThat(router.err()).isEmpty();
            Path cursors =
                    folder.resolve("data/journal").resolve(cloud.projectId()).resolve("default/cursors");
            assertThat(cursors.resolve("files.ndjson")).isNotEmptyFile();
            assertThat(cursors.resolve("log.ndjson")).isNotEmptyFile();
            // The simulator notices at the next write that a reader has gone.
            cloud.publish(device, "temperature", "{\"value\":22.5}");
            cloud.publish(device, "temperature", "{\"value\":23.5}");
            await().atMost(JarProcess.PATIENCE).until(() -> {
                cloud.publish(device, "temperature", "{\"value\":24.5}");
                return cloud.openStreams() == 0;
            });
            assertThat(folder.resolve("data/management.port")).doesNotExist();
            assertThat(folder.resolve("data/management.token")).doesNotExist();
        }
        try (JarProcess again = configured().start()) {
            String first = events();
            awaitLive(again);
            String eventId = deliver(again);
            assertThat(events()).startsWith(first);
            assertThat(events().lines().filter(line -> line.contains(eventId))).hasSize(1);
        }
    }

    /** Whether this process was started with SIGINT (bit 1) ignored, which its children inherit. */
    private static boolean ignoresInterrupts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 2) != 0);
    }

    @Test
    void deliversEventsOfNearlyAMegabyteWithASmallHeap() throws Exception {
        String padding = "x".repeat(900_000);
        JarProcess.Setup small = router().property("dt.route.log", "true").jvm("-Xmx64m");
        try (JarProcess router = small.jvm("-XX:+ExitOnOutOfMemoryError").start()) {
            awaitLive(router);
            for (int i = 0; i < 40; i++) {
                cloud.publish(device, "temperature", "{\"value\":" + i + ",\"padding\":\"" + padding + "\"}");
            }
            String last =
                    cloud.publish(device, "temperature", "{\"value\":21.5}").eventId();

            router.await("last event in a file", () -> events().contains(last));
            assertThat(cloud.produced())
                    .filteredOn(event -> event.eventType().equals("temperature"))
                    .allMatch(event -> events().contains(event.eventId()));
        }
    }

    @Test
    void endsOnASignalWithinSecondsWhileItWaitsForARetry() throws Exception {
        JarProcess.Setup setup = router().property("dt.max-retries", "-1").property("dt.log-level", "DEBUG");
        cloud.close();
        try (JarProcess router = setup.start()) {
            // From the fourth failure on, waits of several seconds are likely.
            router.awaitOutput("failure 4 in a row");

            router.signal("TERM");

            endsInOrder(router);
        }
    }

    @Test
    void endsOnASignalThatComesWhileItStarts() throws Exception {
        try (JarProcess router = router().start()) {
            router.awaitOutput("routes are loaded");

            router.signal("TERM");

            endsInOrder(router);
        }
    }

    @Test
    void givesUpWithACodeOfItsOwnWhenTheCloudIsNotThere() throws Exception {
        JarProcess.Setup setup = router().property("dt.max-retries", "1");
        cloud.close();
        try (JarProcess router = setup.start()) {
            assertThat(router.exitCode()).isEqualTo(75);
            assertThat(router.out()).contains("has stopped: ").contains("exit code 75");
        }
    }

    @Test
    void endsWithACodeOfItsOwnWhenAThreadFailsWithoutWhichNothingCanGoOn() throws Exception {
        JarProcess.Setup setup = router().with(FailingStep.class);
        Files.writeString(folder.resolve("routes/fail.camel.yaml"), """
                - route:
                    id: fail
                    from:
                      uri: timer:fail
                      parameters: {repeatCount: 1, delay: 2000}
                      steps:
                        - bean: {beanType: io.github.dtstream.app.FailingStep, method: fail}
                """);
        try (JarProcess router = setup.start()) {
            assertThat(router.exitCode()).isEqualTo(71);
            assertThat(router.out() + router.err())
                    .contains("thread victim failed: java.lang.OutOfMemoryError: by intent", "the process ends");
        }
    }

    @Test
    void keepsASecondRouterOutOfItsDataFolderThoughItIsOfAnotherProjectUntilItEnds() throws Exception {
        try (JarProcess router = router().start()) {
            awaitLive(router);
            // while nobody waits for the folder, which the second one does for a minute
            try (JarProcess list = configured().start("list")) {
                assertThat(list.exitCode()).isZero();
                assertThat(list.out()).contains(cloud.projectId());
            }
            // which exists, or the second one might end before it has begun
            String another = cloud.addProject(new Random(2)).projectId();
            try (JarProcess second =
                    configured().property("dt.project-id", another).start()) {
                second.awaitOutput("the data folder " + folder.toRealPath().resolve("data") + " is in use");
                assertThat(second.out())
                        .contains("dt.data-dir", "Waiting up to a minute")
                        .doesNotContain("Router - running");
                router.signal("TERM");
                assertThat(router.exitCode()).isZero();
                second.awaitOutput("Router - running");
                second.signal("TERM");
                assertThat(second.exitCode()).isZero();
            }
        }
    }

    @Test
    void runsAfterAKillWhatRanBeforeWhereAFileWasBrokenMeanwhile() throws Exception {
        try (JarProcess router = router().start()) {
            deliver(router);
            Files.writeString(folder.resolve("routes/events-to-log.camel.yaml"), "broken");
            router.awaitOutput("a change of the routes is not in effect");
            router.signal("KILL");
            router.exitCode();
        }
        try (JarProcess again = configured().start()) {
            again.awaitOutput("with the text that ran before: events-to-log.camel.yaml");
            deliver(again);
            again.awaitOutput("Router - running");
            String port =
                    Files.readString(folder.resolve("data/management.port")).trim();
            HttpResponse<String> health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("DEGRADED", "events-to-log.camel.yaml:1:1: error: ");
        }
    }

    @Test
    void endsADryRunOnASignalWithoutAFailureAndLeavesNothing() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        try (JarProcess router = router().jvm("-Djava.io.tmpdir=" + temporary).start("dry-run")) {
            router.awaitOutput("live");

            router.signal("TERM");

            endsInOrder(router);
            assertThat(router.err()).isEmpty();
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void takesASecretLetterByLetterAndNeverShowsIt() throws Exception {
        try (JarProcess router = router().environment("DT_SERVICE_ACCOUNT_SECRET", "s3cr{{et")
                .environment("DT_MQTT_PASSWORD", "{{?nothing}}")
                .start()) {
            assertThat(router.exitCode()).isEqualTo(77);
            assertThat(router.out()).containsOnlyOnce("no access token is given");
            assertThat(router.out() + router.err()).doesNotContain("s3cr", "?nothing");
        }
    }

    @Test
    void saysInTheUsersTermsThatTheSecretIsWrong() throws Exception {
        try (JarProcess router =
                router().property("dt.service-account-secret", "wrong-one").start()) {
            assertThat(router.exitCode()).isEqualTo(77);
            assertThat(router.out() + router.err())
                    .contains("dt.service-account-secret")
                    .doesNotContain("wrong-one")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void saysThatTheProjectIsUnknown() throws Exception {
        try (JarProcess router =
                router().property("dt.project-id", "cnosuchproject000000").start()) {
            assertThat(router.exitCode()).isEqualTo(77);
            assertThat(router.out()).contains("dt.project-id");
        }
    }

    @Test
    void keepsTheSecretToItselfAlsoWhenItLogsEverything() throws Exception {
        JarProcess.Setup setup = router().property("dt.log-level", "TRACE");
        try (JarProcess router = setup.start()) {
            deliver(router);
            cloud.faults().revokeTokens();
            router.signal("TERM");
            endsInOrder(router);
            assertThat(router.out()).contains("DEBUG");
            assertThat(router.out() + router.err())
                    .doesNotContain(cloud.account().secret())
                    .doesNotContainPattern("eyJ[A-Za-z0-9_-]{20}");
        }
        Path token = folder.resolve("data");
        assertThat(contentsUnder(token)).doesNotContain(cloud.account().secret());
    }

    @Test
    @Tag("long")
    void leavesADataFolderThatIsInUseToItsOwner() throws Exception {
        try (JarProcess first = router().start()) {
            deliver(first);
            String port = Files.readString(folder.resolve("data/management.port"));
            try (JarProcess second = configured().start()) {
                assertThat(second.exitCode(A_MINUTE_AND_MORE)).isEqualTo(75);
                assertThat(second.out() + second.err())
                        .contains("in use")
                        .contains("data")
                        .doesNotContain("\tat ");
                assertThat(Files.readString(folder.resolve("data/management.port")))
                        .isEqualTo(port);
            }
            deliver(first);
        }
    }

    private JarProcess.Setup configured() {
        return new JarProcess.Setup(folder).cloud(cloud);
    }

    @Test
    void readsItsSettingsFromTheFileThenTheEnvironmentThenTheCommandLine() throws Exception {
        JarProcess.Setup setup =
                router().property("dt.data-dir", "from-file").environment("DT_DATA_DIR", "from-environment");
        try (JarProcess router = setup.start()) {
            awaitLive(router);
            assertThat(folder.resolve("from-environment/journal")).isDirectory();
        }
        try (JarProcess router = configured()
                .property("dt.data-dir", "from-file")
                .environment("DT_DATA_DIR", "from-environment2")
                .jvm("-Ddt.data-dir=from-command-line")
                .start()) {
            awaitLive(router);
            assertThat(folder.resolve("from-command-line/journal")).isDirectory();
        }
        assertThat(folder.resolve("from-file")).doesNotExist();
        assertThat(folder.resolve("from-environment2")).doesNotExist();
    }

    @Test
    void listsReplaysAndBackfillsFromAnotherProcess() throws Exception {
        try (JarProcess router = router().start()) {
            String eventId = deliver(router);
            router.awaitOutput("running");

            assertThat(command("list").out()).contains("events-to-files", "live");

            JarProcess replay = command("replay", "--subscriber", "files", "--from", "-1h");
            assertThat(replay.exitCode()).as(replay.err()).isZero();
            assertThat(replay.out()).contains("is done: 1 events were delivered again");
            router.await(
                    "the event twice",
                    () -> events().lines()
                                    .filter(line -> line.contains(eventId))
                                    .count()
                            == 2);

            JarProcess unknown = command("replay", "--subscriber", "file", "--from", "-1h");
            assertThat(unknown.exitCode()).isEqualTo(78);
            assertThat(unknown.err()).contains("did you mean 'files'?", "There are: files, log");
        }
        JarProcess nobody = command("replay", "--subscriber", "files", "--from", "-1h");
        assertThat(nobody.exitCode()).isEqualTo(78);
        assertThat(nobody.err()).contains("No router runs", "Start one").doesNotContain("Exception");
    }

    private JarProcess command(String... arguments) throws Exception {
        try (JarProcess command = configured().start(arguments)) {
            command.exitCode();
            return command;
        }
    }

    @Test
    void demonstratesItselfWithSimulatedEventsAndSaysSo() throws Exception {
        try (JarProcess demo = new JarProcess.Setup(folder).shippedRoutes().start("demo", "--seed", "7")) {
            demo.awaitOutput("SIMULATED");
            demo.awaitOutput("Got ");
            assertThat(demo.out().lines().filter(line -> !line.isBlank()).findFirst())
                    .hasValueSatisfying(first ->
                            assertThat(first).matches("  See it: http://127\\.0\\.0\\.1:[0-9]+/#token=[0-9a-f]{64}"));
            demo.await(
                    "events in files",
                    () -> contentsUnder(folder.resolve("data/demo/events")).contains("\"eventType\""));
            demo.signal("TERM");
            endsInOrder(demo);
            List<String> lines =
                    demo.out().lines().filter(line -> line.contains("Got ")).toList();
            assertThat(lines.get(0)).containsPattern("INFO .* - Got [A-Za-z0-9]+ event");
        }
    }
}
