package io.github.dtstream.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long nothing new was delivered, by what had happened. Not thread-safe. */
final class Pauses {
    private final Map<String, List<Duration>> byCause = new TreeMap<>();

    void add(String cause, Duration pause) {
        byCause.computeIfAbsent(cause, none -> new ArrayList<>()).add(pause);
    }

    /** The value that so many percent of the pauses after a cause do not exceed; zero if there were none. */
    Duration percentile(String cause, int percent) {
        List<Duration> sorted = new ArrayList<>(byCause.getOrDefault(cause, List.of()));
        Collections.sort(sorted);
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    /** A table with a line for each cause. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(line("pause of delivery, in ms", "median", "p99", "longest", "count"));
        byCause.forEach((cause, all) -> table.append(line(
                cause,
                percentile(cause, 50).toMillis(),
                percentile(cause, 99).toMillis(),
                percentile(cause, 100).toMillis(),
                all.size())));
        return table.toString();
    }

    private static String line(Object... columns) {
        return String.format("%-52s %8s %8s %8s %6s%n", columns);
    }
}
