package io.github.dtstream.route.reload;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How routes are reloaded.
 *
 * @param directory where the files of routes and alarm rules are
 * @param propertiesFile the file whose change means that the properties are to be read again; null if there is none
 * @param lastGoodDirectory where the last good text of each file is kept
 * @param pollInterval how often the files are looked at where the file system does not tell of changes
 * @param settleTime how long the files must stay the same before they are read; saves that follow faster count as one
 * @param stopTimeout how long a route that is swapped may take to finish the exchange in hand
 * @param trialExchanges by how many of its first exchanges a new definition is judged
 * @param trialTime how long after the first of them it is judged at most
 */
public record ReloadSettings(
        Path directory,
        @Nullable Path propertiesFile,
        Path lastGoodDirectory,
        Duration pollInterval,
        Duration settleTime,
        Duration stopTimeout,
        int trialExchanges,
        Duration trialTime) {

    /** Looks every second, 150 ms to settle, 30 s to finish, judged by 3 exchanges or 10 s. */
    public static ReloadSettings of(Path directory, @Nullable Path propertiesFile, Path dataDirectory) {
        return new ReloadSettings(
                directory,
                propertiesFile,
                dataDirectory.resolve("routes-last-good"),
                Duration.ofSeconds(1),
                Duration.ofMillis(150),
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(10));
    }
}
