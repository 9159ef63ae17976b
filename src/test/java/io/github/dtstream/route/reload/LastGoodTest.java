package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.storage.CrashTrial;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastGoodTest {
    @TempDir
    private Path folder;

    @Test
    void hasATextThatRanWhereverItCrashes() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> new LastGood(own.resolve("kept"), storage).keep(file("- old: Küche\n")),
                (own, storage) -> new LastGood(own.resolve("kept"), storage).keep(file("- new: Küche und mehr\n")),
                (own, storage, isDone) -> {
                    String text = new LastGood(own.resolve("kept"), storage)
                            .text("one.camel.yaml")
                            .orElse("neither");
                    assertThat(text).isIn("- new: Küche und mehr\n", isDone ? "" : "- old: Küche\n");
                });
    }

    @Test
    void knowsNothingOfAFileThatNeverRan() {
        assertThat(new LastGood(folder.resolve("kept")).text("one.camel.yaml")).isEmpty();
    }

    private static RouteFile file(String text) {
        return RouteFile.of(Path.of("routes/one.camel.yaml"), text);
    }
}
