package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Components in the folder {@code lib/}, which are not in the jar; {@code stream:} is used for this, as it is small.
 */
class LibIT {
    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void installJar() throws IOException {
        Path program = Files.createDirectories(folder.resolve("program"));
        jar = Files.copy(Path.of(System.getProperty("dt.jar")), program.resolve("dt-stream-router.jar"));
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(routes.resolve("screen.camel.yaml"), """
                - route:
                    id: screen
                    from:
                      uri: dt-stream:{{dt.project-id}}
                      parameters: {subscriber: screen}
                      steps:
                        - split:
                            simple: "${body}"
                            steps:
                              - setBody:
                                  simple: "on the screen: ${header.DtData}"
                              - to: stream:out
                """);
    }

    private static List<String> names(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private JarProcess.Setup router() {
        return new JarProcess.Setup(folder).jar(jar);
    }

    private JarProcess.Setup withMaven() {
        assumeTrue(ForeignProjects.canBeBuilt(), "there is no Maven where the property dt.maven says");
        return router().environment(
                        "PATH", Path.of(System.getProperty("dt.maven"), "bin") + ":" + System.getenv("PATH"));
    }

    @Test
    void whatIsFetchedAsTheMessageSaysIsFoundByTheNextStart() throws Exception {
        try (JarProcess validate = router().property("dt.project-id", "p").start("validate")) {
            assertThat(validate.exitCode()).isEqualTo(1);
            assertThat(validate.out())
                    .contains(
                            "unknown component 'stream'; fetch it by java -jar dt-stream-router.jar lib stream, and start again");
        }

        try (JarProcess lib = withMaven().start("lib", "stream")) {
            assertThat(lib.exitCode()).as(lib.out() + lib.err()).isZero();
        }

        // The component comes with all its dependencies, but without those that the jar has.
        assertThat(names(folder.resolve("program").resolve("lib")))
                .hasSize(1)
                .allMatch(name -> name.matches("camel-stream-[0-9.]+\\.jar"));
        try (SimulatedCloud cloud =
                SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1))) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            try (JarProcess running = router().cloud(cloud).start()) {
                running.awaitOutput("live");
                cloud.publish(device, "temperature", "{\"value\":21.5}");
                running.awaitOutput("on the screen: {\"value\":21.5");

                // The reloader's thread loads the component when the route is edited.
                Path route = folder.resolve("routes").resolve("screen.camel.yaml");
                Files.writeString(route, Files.readString(route).replace("on the screen", "on the new screen"));
                running.await("the route's new form", () -> {
                    cloud.publish(device, "temperature", "{\"value\":22.5}");
                    return running.out().contains("on the new screen");
                });
            }
        }
    }

    @Test
    void whatMavenDoesNotFindIsSaidInOneLine() throws Exception {
        try (JarProcess lib = withMaven().start("lib", "--offline", "camel-nowhere-at-all")) {
            assertThat(lib.exitCode()).isEqualTo(1);
            assertThat(lib.err().lines()).hasSize(2);
            assertThat(lib.err()).contains("camel-nowhere-at-all");
        }
    }

    @Test
    void withoutMavenItSaysHowToGetIt() throws Exception {
        try (JarProcess lib = router().environment("PATH", folder.toString()).start("lib", "kafka")) {
            assertThat(lib.exitCode()).isEqualTo(1);
            assertThat(lib.err())
                    .contains("Maven (mvn), which would fetch it, is not installed here")
                    .contains("--into lib");
        }
    }

    @Test
    void aComponentOfAnotherVersionOfCamelIsWarnedOf() throws Exception {
        Path lib = Files.createDirectories(folder.resolve("program").resolve("lib"));
        Files.copy(Path.of(System.getProperty("dt.component")), lib.resolve("camel-stream-3.0.0.jar"));

        try (JarProcess validate = router().property("dt.project-id", "p").start("validate")) {
            validate.exitCode();
            assertThat(validate.out() + validate.err()).contains("camel-stream-3.0.0.jar is not of Camel 4.");
        }
    }
}
