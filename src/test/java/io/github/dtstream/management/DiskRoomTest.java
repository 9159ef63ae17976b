package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.dtstream.time.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DiskRoomTest {
    private static final long MB = 1 << 20;

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final Logger logger = (Logger) LoggerFactory.getLogger(DiskRoom.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final FakeDisk disk = new FakeDisk();
    private DiskRoom room;

    private static final class FakeDisk implements DiskRoom.Disk {
        private long free = 50_000 * MB;
        private long size = 100_000 * MB;
        private boolean isAway;

        @Override
        public long free() throws IOException {
            if (isAway) {
                throw new IOException("away");
            }
            return free;
        }

        @Override
        public long size() {
            return size;
        }
    }

    @BeforeEach
    void listen() {
        room = new DiskRoom(folder, disk, "Make room", clock);
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private Health look(long megabytes) {
        disk.free = megabytes * MB;
        room.look();
        return room.health();
    }

    private long said(Level level) {
        return log.list.stream().filter(line -> line.getLevel() == level).count();
    }

    @Test
    void warnsBeforeTheDiskIsFullAndSaysWhatTakesTheRoomAndWhatToDo() throws IOException {
        Files.createDirectories(folder.resolve("events"));
        Files.write(folder.resolve("events/2026-01-01.ndjson"), new byte[(int) (3 * MB)]);
        Files.write(Files.createDirectories(folder.resolve("journal/p1")).resolve("1"), new byte[(int) MB]);

        assertThat(look(1024))
                .isEqualTo(new Health(
                        Health.Kind.DISK.part(), Health.Status.UP, "1024 MB of 97.7 GB are free for " + folder));

        Health low = look(1023);
        assertThat(low.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(low.message())
                .isEqualTo("1023 MB of 97.7 GB are free for " + folder
                        + ", where events takes 3 MB, journal takes 1 MB; when nothing is left the stream is held until there is"
                        + " room. Make room");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("room is short: " + low.message());
    }

    @Test
    void aSmallDiskMayHaveLessLeft() {
        disk.size = 2_000 * MB;

        assertThat(look(201).status()).isEqualTo(Health.Status.UP);
        assertThat(look(199).status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void isWellAgainOnlyWithSomeMore() {
        assertThat(look(1000).status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(look(1100).status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(look(1300).status()).isEqualTo(Health.Status.UP);
        assertThat(said(Level.INFO)).isEqualTo(1);
    }

    @Test
    void logsItOnceADay() {
        for (int minute = 0; minute < 3 * 24 * 60; minute++) {
            look(500);
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(said(Level.WARN)).isEqualTo(3);
    }

    @Test
    void aDiskThatCannotBeLookedAtIsSaidByThoseWhoWriteThere() {
        look(1000);
        disk.isAway = true;
        room.look();

        assertThat(room.health().status()).isEqualTo(Health.Status.UP);
        assertThat(said(Level.INFO)).isZero();
    }
}
