package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the last text of each route file that is known to run. */
final class LastGood {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    private final Path directory;

    LastGood(Path directory) {
        this.directory = directory;
    }

    Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("Cannot read the last good text of {}: {}", name, e.toString());
            return Optional.empty();
        }
    }

    /** Whether every file is as it was when it was last known to run. */
    boolean holds(RouteFiles files) {
        return files.all().stream()
                .allMatch(file -> text(file.name()).filter(file.text()::equals).isPresent());
    }

    /** Keeps a file's text; a disk that refuses it is logged, and routing goes on. */
    void keep(RouteFile file) {
        if (text(file.name()).filter(file.text()::equals).isPresent()) {
            return;
        }
        Path temporary = directory.resolve(file.name() + ".new");
        try {
            Files.createDirectories(directory);
            Files.writeString(temporary, file.text());
            Files.move(
                    temporary,
                    directory.resolve(file.name()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("Cannot keep the last good text of {}: {}", file.name(), e.toString());
        }
    }
}
