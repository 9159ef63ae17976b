package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.FileStamp;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a directory of routes, or another file, may have changed. If the file system reports changes, it notices
 * them at once; otherwise (network file systems, bind mounts, links) it compares time, size and identity of the files.
 * Owned by one thread.
 */
final class RouteWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);

    private final Path directory;
    private final @Nullable Path extraFile;
    private final @Nullable WatchService service;
    private final Sleeper sleeper;
    private @Nullable WatchKey key;
    private Map<Path, FileStamp> stamps;

    RouteWatch(Path directory, @Nullable Path extraFile) {
        this(directory, extraFile, nativeService(), Sleeper.SYSTEM);
    }

    RouteWatch(Path directory, @Nullable Path extraFile, @Nullable WatchService service, Sleeper sleeper) {
        this.directory = directory;
        this.extraFile = extraFile;
        this.service = service;
        this.sleeper = sleeper;
        this.stamps = stamps();
        register();
    }

    private static @Nullable WatchService nativeService() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info(
                    "The file system does not tell of changes ({}); routes are looked at every second", e.getMessage());
            return null;
        }
    }

    private void register() {
        if (service == null || key != null && key.isValid()) {
            return;
        }
        try {
            key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            key = null;
        }
    }

    /** Waits for a change, at most for that time; returns whether there may have been one. */
    boolean await(Duration atMost) throws InterruptedException {
        boolean told = false;
        if (service == null) {
            sleeper.sleep(atMost);
        } else {
            WatchKey signalled = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            if (signalled != null) {
                told = !signalled.pollEvents().isEmpty();
                signalled.reset();
            }
        }
        register();
        Map<Path, FileStamp> now = stamps();
        boolean changed = told || !now.equals(stamps);
        stamps = now;
        return changed;
    }

    /** The attributes of all files. It runs every second for months, so it makes one system call per file. */
    private Map<Path, FileStamp> stamps() {
        Map<Path, FileStamp> found = new HashMap<>();
        if (extraFile != null) {
            found.put(extraFile, FileStamp.of(extraFile));
        }
        try (DirectoryStream<Path> routes = Files.newDirectoryStream(directory, RouteWatch::isWatched)) {
            routes.forEach(path -> found.put(path, FileStamp.of(path)));
        } catch (IOException | DirectoryIteratorException unreadable) {
            found.put(directory, FileStamp.of(directory));
        }
        return found;
    }

    /** Tests are watched, too, as a change of them may let a route pass that was refused. */
    private static boolean isWatched(Path path) {
        return RouteFiles.isRead(path) || RouteFiles.isTest(path);
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debug("Watch service does not close", e);
        }
    }
}
