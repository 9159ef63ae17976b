package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.storage.FolderLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTurnTest {
    @TempDir
    private Path folder;

    @Test
    void takesAFreeFolderWithoutWaiting() throws Exception {
        try (FolderLock lock = FolderTurn.take(folder, () -> {
                    throw new AssertionError("waited");
                })
                .orElseThrow()) {
            assertThat(lock).isNotNull();
        }
    }

    @Test
    void takesTheFolderWhenItsHolderLetsGoOfIt() throws Exception {
        FolderLock other = FolderLock.acquire("the data folder", folder);

        Optional<FolderLock> taken = FolderTurn.take(folder, () -> {
            other.close();
            return true;
        });

        assertThat(taken).isPresent();
        taken.orElseThrow().close();
    }

    @Test
    void givesUpWhenTheLastPauseIsOver() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        try (FolderLock other = FolderLock.acquire("the data folder", folder)) {
            assertThat(FolderTurn.take(folder, () -> pauses.incrementAndGet() < 3))
                    .isEmpty();
            assertThat(other).isNotNull();
        }
        assertThat(pauses).hasValue(3);
    }
}
