package io.github.dtstream.route.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.time.Sleeper;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteWatchTest {
    private static final Sleeper AT_ONCE = duration -> {};

    @TempDir
    Path directory;

    @Test
    void comparesTheFilesWhereTheFileSystemDoesNotTell() throws Exception {
        Path file = Files.writeString(directory.resolve("a.camel.yaml"), "a");
        Path properties = directory.resolve("application.properties");
        try (RouteWatch watch = new RouteWatch(directory, properties, null, AT_ONCE)) {
            assertThat(watch.await(Duration.ZERO)).isFalse();

            Files.writeString(file, "edited");
            assertThat(watch.await(Duration.ZERO)).isTrue();
            Files.writeString(directory.resolve("b.camel.yaml"), "new");
            assertThat(watch.await(Duration.ZERO)).isTrue();
            Files.writeString(directory.resolve("other.txt"), "not a route");
            assertThat(watch.await(Duration.ZERO)).isFalse();
            Files.writeString(directory.resolve("tmp"), "edited");
            Files.move(directory.resolve("tmp"), file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(watch.await(Duration.ZERO)).isTrue();
            Files.delete(file);
            assertThat(watch.await(Duration.ZERO)).isTrue();
            Files.writeString(properties, "a=b");
            assertThat(watch.await(Duration.ZERO)).isTrue();
            assertThat(watch.await(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void noticesThatTheDirectoryIsGoneAndBack() throws Exception {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Path file = Files.writeString(routes.resolve("a.camel.yaml"), "a");
        try (RouteWatch watch = new RouteWatch(routes, null)) {
            Files.delete(file);
            Files.delete(routes);
            assertThat(watch.await(Duration.ofMillis(50))).isTrue();
            while (watch.await(Duration.ofMillis(50))) {
                assertThat(routes).doesNotExist();
            }

            Files.createDirectory(routes);
            Files.writeString(file, "a");

            assertThat(watch.await(Duration.ofMillis(50))).isTrue();
        }
    }

    @Test
    void seesByComparingThatALinkToAFolderIsSwapped() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("..1")).resolve("a.camel.yaml"), "same size");
        Files.writeString(Files.createDirectory(directory.resolve("..2")).resolve("a.camel.yaml"), "size same");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(directory.resolve("a.camel.yaml"), Path.of("..data", "a.camel.yaml"));
        try (RouteWatch watch = new RouteWatch(directory, null, null, AT_ONCE)) {
            assertThat(watch.await(Duration.ZERO)).isFalse();

            Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2"));
            Files.move(directory.resolve("..data_tmp"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

            assertThat(watch.await(Duration.ZERO)).isTrue();
            assertThat(watch.await(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void isToldOfWhatTheFileSystemNotices() throws Exception {
        try (RouteWatch watch = new RouteWatch(directory, null)) {
            assertThat(watch.await(Duration.ZERO)).isFalse();

            Files.writeString(directory.resolve("note.txt"), "no route, but told of");

            assertThat(watch.await(Duration.ofSeconds(20))).isTrue();
            while (watch.await(Duration.ofMillis(20))) {
                assertThat(directory).exists();
            }
        }
    }

    @Test
    void waitsAsLongAsItMayWhereTheFileSystemDoesNotTell() throws Exception {
        List<Duration> slept = new ArrayList<>();
        try (RouteWatch watch = new RouteWatch(directory, null, null, slept::add)) {
            watch.await(Duration.ofSeconds(1));
        }

        assertThat(slept).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void comparesSizesAsWell() throws Exception {
        Path file = Files.writeString(directory.resolve("a.camel.yaml"), "a");
        FileTime time = Files.getLastModifiedTime(file);
        try (RouteWatch watch = new RouteWatch(directory, null, null, AT_ONCE)) {
            Files.writeString(file, "ab");
            Files.setLastModifiedTime(file, time);

            assertThat(watch.await(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void closesWhatItListensTo() throws Exception {
        WatchService service = directory.getFileSystem().newWatchService();
        new RouteWatch(directory, null, service, AT_ONCE).close();

        assertThatThrownBy(service::poll).isInstanceOf(ClosedWatchServiceException.class);
    }
}
