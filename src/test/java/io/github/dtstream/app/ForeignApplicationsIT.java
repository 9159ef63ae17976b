package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.mqtt.StubBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The component in applications other than the router: the projects of {@code src/it}, built by Maven with only the
 * component's artifact and its POM, and run with the simulated cloud.
 */
class ForeignApplicationsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path PLACE = Path.of("target", "foreign-projects");

    private static ForeignProjects projects;

    /** The folder of the application; it is kept, to show why a test failed. */
    private Path folder;

    private SimulatedCloud cloud;
    private String device;

    @BeforeAll
    static void build() throws Exception {
        assumeTrue(ForeignProjects.canBeBuilt(), "there is no Maven where the property dt.maven says");
        projects = ForeignProjects.in(PLACE);
        projects.build();
    }

    @BeforeEach
    void startCloud(TestInfo test) throws IOException {
        folder = Files.createDirectories(
                PLACE.resolve(test.getTestMethod().orElseThrow().getName()));
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
    }

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    /** Everything that the component's classes may need, also in cases that no test covers. */
    @ParameterizedTest
    @ValueSource(strings = {"camel-main", "spring-boot"})
    void theComponentFindsEveryClassThatItRefersTo(String project) throws IOException {
        List<String> classPath = new ArrayList<>(List.of(projects.dependencies(project)));
        if (project.equals("camel-main")) {
            // Only Spring Boot loads the classes that refer to it.
            classPath.add(projects.dependencies("spring-boot"));
        }
        StringWriter out = new StringWriter();

        int code = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(out),
                        new PrintWriter(out),
                        "--multi-release",
                        "17",
                        "--missing-deps",
                        "-cp",
                        String.join(":", classPath),
                        System.getProperty("dt.component"));

        assertThat(out.toString()).isBlank();
        assertThat(code).isZero();
    }

    /** All parts of a library have the same version, as one part may call what another version lacks. */
    @ParameterizedTest
    @ValueSource(strings = {"camel-main", "spring-boot"})
    void thePartsOfALibraryAreOfOneVersion(String project) throws IOException {
        List<String> jars = List.of(projects.dependencies(project).split(":"));

        for (String part : List.of("/io/netty/", "/com/fasterxml/jackson/core/jackson-[cd]", "/org/apache/camel/")) {
            assertThat(jars.stream()
                            .filter(jar -> jar.matches(".*" + part + ".*"))
                            .map(jar -> Path.of(jar).getParent().getFileName())
                            .distinct())
                    .as(part)
                    .hasSize(1);
        }
    }

    @Test
    void aCamelMainApplicationWritesEventsAndAlarmsAndPublishesThem() throws Exception {
        try (StubBroker broker = StubBroker.start()) {
            Process application = start("camel-main", "-DBROKER=" + broker.url());
            try {
                publishUntil(
                        application,
                        () -> isWritten("events.ndjson", "\"value\":-12.5}")
                                && isWritten("alarms.txt", "too-warm raised")
                                && broker.publishes().stream()
                                        .anyMatch(sent -> sent.topic().equals("dt/" + device + "/temperature")
                                                && sent.payload().contains("-12.5")));

                assertThat(log()).as("its own log, in its own form").contains("[main] INFO org.apache.camel");
            } finally {
                stop(application);
            }
        }
    }

    @Test
    void aSpringBootApplicationTakesTheComponentsOptionsFromItsSettings() throws Exception {
        Process application = start("spring-boot");
        try {
            publishUntil(
                    application,
                    () -> isWritten("events.ndjson", "-12.5") && isWritten("alarms.txt", "too-warm raised"));

            assertThat(log())
                    .as("its own log, in its own form")
                    .contains(":: Spring Boot ::")
                    .containsPattern(" INFO \\d+ --- .*Apache Camel");
        } finally {
            stop(application);
        }
    }

    /** With the properties of component.md, which name the component in one line. */
    @Test
    void camelRunTakesTheShippedRoutesAndAKamelet() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.filter(path -> path.toString().matches(".*(camel|alarms)\\.yaml"))
                    .toList()) {
                Files.copy(file, routes.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.writeString(folder.resolve("application.properties"), documentedProperties());
        Files.writeString(routes.resolve("kamelet.camel.yaml"), """
                - route:
                    from:
                      uri: kamelet:dt-stream-source
                      parameters: {projectId: "{{dt.project-id}}", subscriber: kamelet}
                      steps:
                        - log: "of the Kamelet: ${header.DtData}"
                """);
        List<String> arguments = new ArrayList<>(List.of("run", "--logging-color=false", "application.properties"));
        try (Stream<Path> files = Files.list(routes)) {
            files.map(file -> "routes/" + file.getFileName())
                    .filter(name -> name.endsWith(".camel.yaml"))
                    .sorted()
                    .forEach(arguments::add);
        }
        Process application =
                startClass("camel-run", "example.Camel", arguments, "-Dmaven.repo.local=" + projects.repository());
        try {
            publishUntil(application, () -> {
                try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
                    return log().contains("of the Kamelet: {\"value\":-12.5")
                            && log().contains("Got temperature event from")
                            && files.anyMatch(file -> file.toString().matches(".*/events/[0-9-]+\\.ndjson"));
                }
            });
        } finally {
            stop(application);
        }
    }

    private static String documentedProperties() throws IOException {
        String page = Files.readString(Path.of("src", "main", "docs", "component.md"));
        int begin = page.indexOf("camel.jbang.dependencies");
        return page.substring(begin, page.indexOf("```", begin))
                .replaceFirst("(dt-stream-router:)\\S+", "$1" + System.getProperty("dt.version"));
    }

    @Test
    void aSpringBootApplicationIsToldOfAnOptionThatThereIsNot() throws Exception {
        Process application = start("spring-boot", "-Dcamel.component.dt-stream.api-ulr=http://127.0.0.1");
        try {
            assertThat(application.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(application.exitValue()).isNotZero();
            assertThat(log()).contains("api-ulr");
        } finally {
            stop(application);
        }
    }

    private Process start(String project, String... options) throws IOException {
        return startClass(project, "example.Freezers", List.of(), options);
    }

    private Process startClass(String project, String main, List<String> arguments, String... options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.add("-Dcamel.component.dt-stream.apiUrl=" + cloud.baseUri());
        command.add("-Dcamel.component.dt-stream.tokenUrl=" + cloud.tokenUri());
        command.add("-Dcamel.component.dt-stream.pingInterval=1s");
        command.add("-Dcamel.component.dt-stream.pingJitter=60s");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", projects.classPath(project), main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("DT_PROJECT_ID", cloud.projectId());
        builder.environment().put("DT_SERVICE_ACCOUNT_KEY_ID", cloud.account().keyId());
        builder.environment().put("DT_SERVICE_ACCOUNT_SECRET", cloud.account().secret());
        builder.environment().put("DT_SERVICE_ACCOUNT_EMAIL", cloud.account().email());
        return builder.start();
    }

    /** Publishes repeatedly, as a sensor does. */
    private void publishUntil(Process application, Callable<Boolean> condition) {
        await("a stream to the cloud").atMost(PATIENCE).until(() -> isAlive(application) && cloud.openStreams() > 0);
        await("what the application shall write").atMost(PATIENCE).until(() -> {
            cloud.publish(device, "temperature", "{\"value\":-12.5}");
            return isAlive(application) && condition.call();
        });
    }

    private boolean isWritten(String name, String text) throws IOException {
        Path file = folder.resolve("out").resolve(name);
        return Files.exists(file) && Files.readString(file).contains(text);
    }

    private boolean isAlive(Process application) throws IOException {
        if (!application.isAlive()) {
            throw new AssertionError("it has ended:\n" + log());
        }
        return true;
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Stops it as a supervisor would, so that it closes its files before they are deleted. */
    private static void stop(Process application) throws InterruptedException {
        application.destroy();
        if (!application.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            application.destroyForcibly();
        }
    }
}
