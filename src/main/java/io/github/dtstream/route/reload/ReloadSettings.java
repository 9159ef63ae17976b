package io.github.dtstream.route.reload;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the reloader. Immutable.
 *
 * @param directory the folder of the route files and alarm rules
 * @param propertiesFile the file of properties, which is watched, too; null if there is none
 * @param lastGoodDirectory keeps the last good text of each file
 * @param pollInterval how often the files are compared, for file systems that do not report changes
 * @param settleTime how long the files must stay the same before they are read; saves that follow faster count as one
 * @param stopTimeout how long a route that is swapped may take to finish its current exchange
 * @param trialExchanges the number of first exchanges by which a new definition is judged
 * @param trialTime the trial ends this long after the first exchange, even if there were fewer
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

    /** The router's values: polls every second, 150 ms to settle, 30 s to stop, a trial of 3 exchanges or 10 s. */
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
