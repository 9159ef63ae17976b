package io.github.dtstream.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Events;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.TestSurroundings;
import io.github.dtstream.journal.local.LocalJournals;
import io.github.dtstream.storage.FolderLock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code journal export} and {@code journal import}, with journals in files. */
class JournalCommandTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void fill() throws Exception {
        file = folder.resolve("moved.ndjson");
        fill("p1/default", 5);
        fill("p2/default", 7);
    }

    private void fill(String stream, int events) throws Exception {
        try (Journal journal = new LocalJournals(folder.resolve("old"))
                .open(Journals.Kind.EVENTS, stream, JournalSettings.DEFAULTS, TestSurroundings.in(folder))
                .journal()) {
            for (int number = 1; number <= events; number++) {
                journal.append(
                        Events.ofDevice("event" + number, "d1", NOON.plusMillis(number)),
                        Source.LIVE,
                        NOON.plusMillis(number));
            }
            journal.flush();
        }
    }

    private RouterFixture.Ended journal(String what, String data, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("journal", what, "--data-dir", folder.resolve(data).toString()));
        arguments.addAll(List.of(more));
        return RouterFixture.command(arguments.toArray(String[]::new));
    }

    private Path newSegments(String stream) {
        return folder.resolve("new/journal/" + stream + "/segments");
    }

    @Test
    void movesAllStreamsOrThoseThatAreNamed() throws Exception {
        RouterFixture.Ended exported = journal("export", "old", file.toString());
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.err()).contains("the journal of p2/default: 7 records", "2 journals are in " + file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        RouterFixture.Ended imported = journal("import", "new", file.toString());
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(imported.err())
                .contains("the journal of p1/default: 5 records", "All is in " + folder.resolve("new"));
        assertThat(newSegments("p1/default")).isNotEmptyDirectory();

        Path one = folder.resolve("one.ndjson");
        assertThat(journal("export", "old", one.toString(), "p2/default").code())
                .isZero();
        assertThat(one).content().contains("p2/default").doesNotContain("p1/default");
    }

    @Test
    void writesToStandardOutputAndReadsFromStandardInput() throws Exception {
        PrintStream out = System.out;
        InputStream in = System.in;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
            assertThat(journal("export", "old", "-").code()).isZero();
            System.setIn(new ByteArrayInputStream(written.toByteArray()));
            assertThat(journal("import", "new", "-").code()).isZero();
        } finally {
            System.setOut(out);
            System.setIn(in);
        }
        assertThat(written.toString(StandardCharsets.UTF_8).lines()).allMatch(line -> line.startsWith("{"));
        assertThat(newSegments("p2/default")).isNotEmptyDirectory();
    }

    @Test
    void refusesWhileARouterRunsOnTheFolder() throws Exception {
        assertThat(journal("export", "old", file.toString()).code()).isZero();
        Path second = folder.resolve("second.ndjson");
        Files.createDirectories(folder.resolve("new"));
        try (FolderLock old = FolderLock.acquire("the data folder", folder.resolve("old"));
                FolderLock other = FolderLock.acquire("the data folder", folder.resolve("new"))) {
            RouterFixture.Ended exported = journal("export", "old", second.toString());
            assertThat(exported.code()).isEqualTo(78);
            assertThat(exported.err()).contains("only while no router uses them", "is in use");
            assertThat(second).doesNotExist();
            assertThat(journal("import", "new", file.toString()).code()).isEqualTo(78);
            assertThat(newSegments("p1/default")).doesNotExist();
        }
    }

    @Test
    void saysWhatIsWrongWithTheFileAndChangesNothing() throws Exception {
        assertThat(journal("import", "new", file.toString()).err()).contains("There is no file " + file);
        assertThat(journal("export", "nothing", file.toString()).err()).contains("There is no journal in");
        assertThat(journal("export", "old", file.toString(), "p3/default").err())
                .contains("There is no journal of p3/default", "there are p1/default, p2/default");
        assertThat(journal("export", "old", file.toString()).code()).isZero();
        assertThat(journal("export", "old", file.toString()).err()).contains("is there already");

        cutShort();
        RouterFixture.Ended imported = journal("import", "new", file.toString());
        assertThat(imported.code()).isEqualTo(1);
        assertThat(imported.err())
                .contains("The import failed: the export is cut short")
                .hasLineCount(1);
        assertThat(newSegments("p1/default")).doesNotExist();
    }

    private void cutShort() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 10));
    }

    @Test
    void saysThatItNeedsAnAction() {
        assertThat(RouterFixture.command("journal").err()).contains("export, or import");
    }
}
