package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.storage.AtomicFile;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps, on disk, the last text of each route file that is known to run. Used by one thread at a time. */
final class LastGood {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    private final Path directory;
    private final Storage storage;

    LastGood(Path directory) {
        this(directory, new SystemStorage());
    }

    LastGood(Path directory, Storage storage) {
        this.directory = directory;
        this.storage = storage;
    }

    Optional<String> text(String name) {
        try {
            return kept(name).read().map(text -> new String(text, StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("Cannot read the last good text of {}: {}", name, e.toString());
            return Optional.empty();
        }
    }

    private AtomicFile kept(String name) {
        return AtomicFile.of(directory.resolve(name), storage);
    }

    /** Whether every file has the text that was last known to run. */
    boolean holds(RouteFiles files) {
        return files.all().stream()
                .allMatch(file -> text(file.name()).filter(file.text()::equals).isPresent());
    }

    /** Whether any of the files of routes ran before, with whatever text. */
    boolean holdsAnyOf(RouteFiles files) {
        return files.routes().stream().anyMatch(file -> text(file.name()).isPresent());
    }

    /** Keeps a file's text. A failure to write it is logged, and routing goes on. */
    void keep(RouteFile file) {
        if (text(file.name()).filter(file.text()::equals).isPresent()) {
            return;
        }
        try {
            kept(file.name()).save(file.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("Cannot keep the last good text of {}: {}", file.name(), e.toString());
        }
    }
}
