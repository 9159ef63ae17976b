package io.github.dtstream.app.router.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenComplaintsTest {
    @TempDir
    private Path folder;

    @Test
    void remembersThemOverACrashWhereverItIs() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> new OpenComplaints(own, storage).add("one.camel.yaml"),
                (own, storage) -> {
                    OpenComplaints open = new OpenComplaints(own, storage);
                    open.load();
                    open.add("two.camel.yaml");
                },
                (own, storage, isDone) -> {
                    Set<String> left = new OpenComplaints(own, storage).load();
                    assertThat(left).contains("one.camel.yaml");
                    if (isDone) {
                        assertThat(left).containsExactlyInAnyOrder("one.camel.yaml", "two.camel.yaml");
                    }
                });
    }

    @Test
    void leavesNoFileWhenAllAreWithdrawn() {
        OpenComplaints open = new OpenComplaints(folder, new SystemStorage());
        open.add("one.camel.yaml");
        assertThat(open.areLeft()).isTrue();

        open.remove("one.camel.yaml");

        assertThat(open.areLeft()).isFalse();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void withdrawsNothingWhereTheFileMeansNothing() throws Exception {
        Files.writeString(folder.resolve("open-complaints.json"), "[\"one");

        assertThat(new OpenComplaints(folder, new SystemStorage()).load()).isEmpty();
    }
}
