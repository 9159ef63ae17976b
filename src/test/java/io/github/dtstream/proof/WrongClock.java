package io.github.dtstream.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wrong clock for a process, from its start on and while it runs. Measurements of elapsed time are not affected, as
 * they are not by a step of the clock. Needs libfaketime, Debian's package {@code faketime}, on Linux. Used by one
 * thread.
 */
final class WrongClock {
    /** How old the process's knowledge of the offset may be. */
    static final Duration NOTICED = Duration.ofSeconds(1);

    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Path library;
    private final Path file;
    private Duration offset = Duration.ZERO;

    private WrongClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** A clock that is right at first; empty if the library is not installed. */
    static Optional<WrongClock> in(Path folder) {
        return library().map(found -> {
            WrongClock clock = new WrongClock(found, folder.resolve("clock-offset"));
            clock.set(Duration.ZERO);
            return clock;
        });
    }

    static boolean isPossible() {
        return library().isPresent();
    }

    /** In the folder of the machine's architecture, such as {@code /usr/lib/x86_64-linux-gnu/faketime}. */
    private static Optional<Path> library() {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve("faketime").resolve("libfaketimeMT.so.1"))
                    .filter(Files::isRegularFile)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The environment variables for a process with this clock. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", String.valueOf(NOTICED.toSeconds()),
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    /** How far the clock is ahead. */
    Duration offset() {
        return offset;
    }

    /** Sets how far the clock is ahead; negative for behind. The process sees it within {@link #NOTICED}. */
    void set(Duration ahead) {
        offset = ahead;
        double seconds = ahead.toMillis() / 1000.0;
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
