package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.FaultyStorage;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementEndpointFileTest {
    @TempDir
    private Path folder;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void endTheTimer() {
        timer.shutdownNow();
    }

    private ManagementEndpointFile endpoint(Path data, int port, Storage storage) {
        return new ManagementEndpointFile(data, port, "secret", timer, storage);
    }

    @Test
    void whoFindsTheFileFindsAPortInItWhereverItCrashes() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) -> endpoint(own, 4711, storage).write(),
                (own, storage) -> endpoint(own, 30815, storage).write(),
                (own, storage, isDone) -> assertThat(Files.readString(own.resolve("management.port")))
                        .isIn("30815\n", isDone ? "" : "4711\n"));
    }

    @Test
    void leavesNothingWhenItIsClosed() {
        try (ManagementEndpointFile endpoint = endpoint(folder, 4711, new FaultyStorage())) {
            endpoint.write();
            assertThat(folder.toFile().list()).containsExactlyInAnyOrder("management.port", "management.token");
        }

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writesNothingAfterItWasClosed() {
        ManagementEndpointFile endpoint = endpoint(folder, 4711, new FaultyStorage());
        endpoint.close();

        endpoint.write();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void notesItsPortWhenTheDiskTakesItAgain() throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("data"), "");
        try (ManagementEndpointFile endpoint = endpoint(inTheWay, 4711, new SystemStorage())) {
            endpoint.write();
            assertThat(inTheWay).isRegularFile();

            Files.delete(inTheWay);

            await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(inTheWay.resolve("management.port")));
            assertThat(ManagementEndpointFile.portOf(inTheWay)).isEqualTo(4711);
            assertThat(ManagementEndpointFile.tokenOf(inTheWay)).isEqualTo("secret");
        }
        assertThat(inTheWay).isEmptyDirectory();
    }
}
