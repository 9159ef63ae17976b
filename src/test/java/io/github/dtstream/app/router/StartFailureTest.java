package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dtstream.app.settings.ConfigurationException;
import io.github.dtstream.journal.JournalAwayException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StartFailureTest {
    @TempDir
    private Path folder;

    private static String explained(Exception failure) {
        return StartFailure.explain("starting the routes", failure).getMessage();
    }

    @Test
    void saysWhatWasBeingDoneAndEveryCauseOnce() {
        Exception failure = new IllegalStateException(
                "Failed to start route files because: the journal in /data cannot be opened",
                new RuntimeException(new IOException("the journal in /data cannot be opened", new IOException())));

        assertThat(explained(failure))
                .isEqualTo("The router cannot start; it was starting the routes\n"
                        + "  because: Failed to start route files because: the journal in /data cannot be opened\n"
                        + "  because: IOException");
    }

    @Test
    void saysWhatToDoAboutAFileWhereAFolderIsNeeded() throws Exception {
        Path file = Files.createFile(folder.resolve("data"));
        IOException same = catchThrowableOfType(IOException.class, () -> Files.createDirectories(file));
        IOException below =
                catchThrowableOfType(IOException.class, () -> Files.createDirectories(file.resolve("journal/p1")));

        assertThat(explained(same))
                .contains(file + " is a file")
                .contains("move it away")
                .contains("dt.data-dir");
        assertThat(explained(below)).contains(file + " is a file where a folder is needed");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhatToDoWhereNoFolderCanBeCreated() {
        IOException failure = catchThrowableOfType(IOException.class, () -> Router.created(Path.of("/proc/x/data")));

        assertThat(explained(failure))
                .contains("/proc/x/data: no folder can be created there")
                .contains("dt.data-dir");
    }

    @Test
    void saysWhatToDoAboutAFileThatMayNotBeTouched() {
        assertThat(explained(new AccessDeniedException("/data/journal")))
                .contains("/data/journal may not be read or written by the user that runs the router")
                .contains("give that user the permission")
                .contains("dt.data-dir");
    }

    @Test
    void journalsThatAreAwayMayComeBack() {
        JournalAwayException away = new JournalAwayException("Kafka does not answer", new IOException());

        assertThat(StartFailure.isPassing(new RuntimeException(away))).isTrue();
        assertThat(StartFailure.isPassing(new IOException("disk"))).isFalse();
    }

    @Test
    void ofValidRoutesOnlyAComplaintOfOurOwnAboutAnOptionStays() {
        IllegalArgumentException ours = new IllegalArgumentException("subscriber is '!'");
        IllegalArgumentException foreign = catchThrowableOfType(
                IllegalArgumentException.class,
                () -> InetAddress.getLoopbackAddress().isReachable(-1));

        assertThat(StartFailure.isPassingOfValidRoutes(new IllegalStateException("a route", ours)))
                .isFalse();
        assertThat(StartFailure.isPassingOfValidRoutes(
                        new IllegalStateException("a route", new ConfigurationException("dt.x is wrong"))))
                .isFalse();
        assertThat(StartFailure.isPassingOfValidRoutes(foreign)).isTrue();
        assertThat(StartFailure.isPassingOfValidRoutes(
                        new IllegalStateException("a route", new IOException("no host"))))
                .isTrue();
        assertThat(StartFailure.isPassingOfValidRoutes(
                        new IllegalArgumentException("the key store cannot be read", new IOException("no mount"))))
                .isTrue();
    }

    @Test
    void tellsWhatTheSystemSaysOfOtherFiles() {
        assertThat(explained(new FileSystemException("/data/journal", null, "Read-only file system")))
                .contains("/data/journal: Read-only file system. Mend that");
        assertThat(explained(new NoSuchFileException("/keys/trust.p12"))).contains("/keys/trust.p12 is not there");
    }
}
