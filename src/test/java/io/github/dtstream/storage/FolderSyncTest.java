package io.github.dtstream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.LogCapture;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.local.TestJournals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that cannot sync folders, or have no locks: CIFS, DrvFs, FUSE. */
class FolderSyncTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Invalid argument", "Input/output error", "Permission denied", "Operation not supported"})
    void keepsAJournalWithItsCursorsWhereFoldersCannotBeSyncedAndWarnsOnce(String reason) throws Exception {
        FolderSync never = new FolderSync(path -> {
            throw new IOException(reason);
        });
        try (LogCapture log = LogCapture.of(FolderSync.class)) {
            for (int round = 0; round < 2; round++) {
                try (Journal journal = TestJournals.open(
                                folder.resolve("j"),
                                TestJournals.smallSegments(2_000, 1 << 16),
                                new SystemStorage(never),
                                TestJournals.CLOCK);
                        Subscription files = journal.subscribe("files", Journal.Start.BEGINNING)) {
                    TestJournals.append(journal, round * 50 + 1, round * 50 + 50);
                    journal.flush();
                    assertThat(TestJournals.ids(journal)).isEqualTo(TestJournals.expectedIds(1, round * 50 + 50));
                    assertThat(files).isNotNull();
                }
            }
            assertThat(log.messages()).singleElement().asString().contains("cannot sync folders (" + reason + ")");
        }
    }

    @Test
    void takesAFolderThatCouldBeSyncedForADiskThatFails() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        FolderSync sync = new FolderSync(path -> {
            if (broken.get()) {
                throw new IOException("Input/output error");
            }
        });
        sync.sync(folder);
        broken.set(true);

        assertThatThrownBy(() -> sync.sync(folder)).hasMessage("Input/output error");
        assertThatCode(() -> sync.sync(folder.resolve("other"))).doesNotThrowAnyException();
    }

    @Test
    void goesOnWithoutLocksWhereThereAreNone() throws Exception {
        FolderLock.Locker none = file -> {
            throw new IOException("No locks available");
        };
        try (FolderLock lock = FolderLock.acquire("the data folder", folder, none)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> FolderLock.acquire("the data folder", folder, none))
                    .hasMessageContaining("this process has it open already");
        }
        FolderLock.acquire("the data folder", folder, none).close();
    }

    @Test
    void namesTheProcessThatHoldsAFolder() throws Exception {
        FolderLock.acquire("the data folder", folder).close();
        assertThatThrownBy(() -> FolderLock.acquire("the data folder", folder, file -> false))
                .isInstanceOf(IOException.class)
                .hasMessage("the data folder " + folder.toRealPath() + " is in use: end the other process ("
                        + ProcessHandle.current().pid() + ") that runs with it, or choose another data folder");
        assertThat(List.of(folder.toFile().list())).containsExactly("lock");
    }
}
