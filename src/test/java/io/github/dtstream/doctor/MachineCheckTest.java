package io.github.dtstream.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.doctor.Diagnosis.Level;
import io.github.dtstream.storage.SystemStorage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's reports about disk and port. */
class MachineCheckTest {
    @TempDir
    private Path folder;

    private final List<Diagnosis> found = new ArrayList<>();

    private void checkDisk(Path data, Duration sync) {
        AtomicLong nanos = new AtomicLong();
        new DiskCheck(new SystemStorage(), () -> nanos.addAndGet(sync.toNanos()), false, found::add)
                .run(data, "dt.data-dir");
    }

    @Test
    void looksAtTheDiskThatTheFolderWillBeOnAndLeavesNothingThere() throws Exception {
        checkDisk(folder.resolve("not/there/yet"), Duration.ofMillis(2));

        assertThat(found.get(0).level()).isEqualTo(Level.OK);
        assertThat(found.get(0).message()).contains("can be written; a sync takes 2.0 ms");
        assertThat(found).extracting(Diagnosis::subject).contains("room");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void warnsOfASlowDisk() {
        checkDisk(folder, Duration.ofMillis(250));

        assertThat(found.get(0).level()).isEqualTo(Level.WARNING);
        assertThat(found.get(0).message()).contains("a sync takes 250.0 ms", "faster, local disk");
    }

    @Test
    void saysThatAFileIsInTheWay() throws Exception {
        checkDisk(Files.createFile(folder.resolve("data")), Duration.ofMillis(1));

        assertThat(found).singleElement().matches(diagnosis -> diagnosis.level() == Level.ERROR);
        assertThat(found.get(0).message()).contains("is a file where a folder is needed", "dt.data-dir");
    }

    @Test
    void warnsOfADiskThatIsMemory() {
        checkDisk(Path.of("/dev/shm"), Duration.ofMillis(1));

        assertThat(found.toString()).contains("it is memory (tmpfs)");
    }

    @Test
    void saysThatAPortIsFreeTakenOrTheRoutersOwn() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new PortCheck(found::add).run("127.0.0.1", taken.getLocalPort(), OptionalInt.empty(), "dt.port");
            new PortCheck(found::add).run("127.0.0.1", taken.getLocalPort(), OptionalInt.of(4711), "dt.port");
        }
        new PortCheck(found::add).run("127.0.0.1", 0, OptionalInt.empty(), "dt.port");

        assertThat(found).extracting(Diagnosis::level).containsExactly(Level.ERROR, Level.OK, Level.OK);
        assertThat(found.get(0).message()).contains("cannot be used", "set dt.port to another one");
        assertThat(found.get(1).message()).contains("answers on port 4711");
    }
}
