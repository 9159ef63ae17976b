package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.storage.CrashTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastGoodTest {
    private static final Path ROUTES = Path.of("routes");

    @TempDir
    Path folder;

    private static RouteFile file(String name, String text) {
        return RouteFile.of(ROUTES.resolve(name + ".camel.yaml"), text);
    }

    private Path directory() {
        return folder.resolve("data").resolve("routes-last-good");
    }

    private static RouteFiles files(RouteFile... files) {
        return RouteFiles.of(ROUTES, List.of(files));
    }

    @Test
    void hasATextThatRanWhereverItCrashes() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> new LastGood(own.resolve("kept"), storage).keep(file("one", "- old: Küche\n")),
                (own, storage) ->
                        new LastGood(own.resolve("kept"), storage).keep(file("one", "- new: Küche und mehr\n")),
                (own, storage, isDone) -> {
                    String text = new LastGood(own.resolve("kept"), storage)
                            .text("one.camel.yaml")
                            .orElse("neither");
                    assertThat(text).isIn("- new: Küche und mehr\n", isDone ? "" : "- old: Küche\n");
                });
    }

    @Test
    void keepsTheTextOfAFileAndNothingElse() throws IOException {
        LastGood lastGood = new LastGood(directory());
        assertThat(lastGood.text("a.camel.yaml")).isEmpty();

        lastGood.keep(file("a", "one"));
        lastGood.keep(file("a", "two"));

        assertThat(new LastGood(directory()).text("a.camel.yaml")).contains("two");
        try (var left = Files.list(directory())) {
            assertThat(left).containsExactly(directory().resolve("a.camel.yaml"));
        }
    }

    @Test
    void writesNothingThatIsThereAlready() throws IOException {
        LastGood lastGood = new LastGood(directory());
        lastGood.keep(file("a", "one"));
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(directory().resolve("a.camel.yaml"), before);

        lastGood.keep(file("a", "one"));

        assertThat(Files.getLastModifiedTime(directory().resolve("a.camel.yaml")))
                .isEqualTo(before);
    }

    @Test
    void holdsFilesOnlyIfEachIsAsItLastRan() {
        LastGood lastGood = new LastGood(directory());
        lastGood.keep(file("a", "one"));
        lastGood.keep(file("b", "one"));

        assertThat(lastGood.holds(files(file("a", "one"), file("b", "one")))).isTrue();
        assertThat(lastGood.holds(files(file("a", "one")))).isTrue();
        assertThat(lastGood.holds(files(file("a", "one"), file("b", "two")))).isFalse();
        assertThat(lastGood.holds(files(file("a", "one"), file("c", "one")))).isFalse();
    }

    @Test
    void tellsOfADiskThatRefusesAndGoesOn() throws IOException {
        Files.writeString(folder.resolve("data"), "a file where the folder should be");
        LastGood lastGood = new LastGood(directory());
        try (LogCapture lines = LogCapture.of(LastGood.class)) {
            lastGood.keep(file("a", "one"));

            assertThat(lastGood.text("a.camel.yaml")).isEmpty();
            assertThat(lines.messages())
                    .anyMatch(line -> line.startsWith("Cannot keep the last good text of a.camel.yaml: "))
                    .anyMatch(line -> line.startsWith("Cannot read the last good text of a.camel.yaml: "));
        }
    }
}
