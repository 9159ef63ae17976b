package io.github.dtstream.app.command.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {
    @Test
    void isGoneWhoeverClosesItWhileFilesStillComeAndGo() throws Exception {
        for (int round = 0; round < 20; round++) {
            TemporaryFolder folder = TemporaryFolder.create("dt-stream-test");
            Path inner = Files.createDirectories(folder.path().resolve("a/b"));
            for (int i = 0; i < 50; i++) {
                Files.writeString(inner.resolve("f" + i), "x");
            }
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> meddler = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    inner.resolve("f1").toFile().delete();
                }
            });
            CompletableFuture<Void> one = CompletableFuture.runAsync(folder::close);
            folder.close();
            one.get(60, TimeUnit.SECONDS);
            done.set(true);
            meddler.get(60, TimeUnit.SECONDS);

            assertThat(folder.path()).doesNotExist();
        }
    }
}
