package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.router.RouterFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that {@code init} writes. */
class InitTest {
    @TempDir
    private Path directory;

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void writesSettingsRoutesAndTheExampleThatWasAskedForAsTheyAreShipped() throws Exception {
        Path folder = directory.resolve("new/folder");

        RouterFixture.Ended ended = RouterFixture.command("init", folder.toString(), "--with", "postgresql,kafka");

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(files(folder))
                .contains(
                        "application.properties",
                        "routes/alarms.yaml",
                        "routes/events-to-files.camel.yaml",
                        "routes/postgresql.camel.yaml",
                        "routes/postgresql.test.yaml",
                        "routes/kafka.camel.yaml")
                .doesNotContain("routes/influxdb.camel.yaml");
        assertThat(folder.resolve("routes/postgresql.camel.yaml"))
                .hasSameBinaryContentAs(Path.of("routes/examples/postgresql.camel.yaml"));
        assertThat(ended.out()).contains("postgresql.camel.yaml", "doctor");
    }

    @Test
    void addsToTheSettingsWhatTheExamplesNeedAndSaysIt() throws Exception {
        RouterFixture.Ended ended =
                RouterFixture.command("init", directory.toString(), "--with", "postgresql,daily-csv");

        String shipped = Files.readString(Path.of("application.properties"));
        assertThat(Files.readString(directory.resolve("application.properties")))
                .isEqualTo(shipped + """

                        # For daily-csv; take the # away and fill in what is yours.
                        # csv.separator=,
                        # csv.time-zone=UTC

                        # For postgresql; take the # away and fill in what is yours.
                        # postgres.url=jdbc:postgresql://host/database
                        # postgres.user=
                        # postgres.password=
                        """);
        assertThat(ended.out())
                .contains(
                        "For postgresql set, at the end of ",
                        "  postgres.url=jdbc:postgresql://host/database",
                        "  csv.separator=,");
    }

    @Test
    void leavesTheSettingsAsTheyAreShippedWithoutAnExampleThatNeedsOne() throws Exception {
        RouterFixture.command("init", directory.toString(), "--with", "file-per-device");

        assertThat(directory.resolve("application.properties"))
                .hasSameBinaryContentAs(Path.of("application.properties"));
    }

    @Test
    void writesNothingWhereOneOfTheFilesIsThere() throws Exception {
        Path mine = Files.createDirectories(directory.resolve("routes")).resolve("alarms.yaml");
        Files.writeString(mine, "mine");

        RouterFixture.Ended ended = RouterFixture.command("init", directory.toString());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("Nothing was written", mine.toString());
        assertThat(files(directory)).containsExactly("routes/alarms.yaml");
        assertThat(mine).hasContent("mine");
    }

    @Test
    void namesTheNearestExampleAndWritesNothing() throws Exception {
        RouterFixture.Ended ended =
                RouterFixture.command("init", directory.resolve("x").toString(), "--with", "postgres");

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).contains("no example 'postgres'", "postgresql", "home-assistant");
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void listsTheExamples() {
        assertThat(RouterFixture.command("init", "--list").out().lines())
                .contains("postgresql", "kafka", "alarm-slack", "water-leak");
    }
}
