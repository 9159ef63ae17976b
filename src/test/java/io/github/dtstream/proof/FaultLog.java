package io.github.dtstream.proof;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The faults and their times. Used by one thread. */
final class FaultLog {
    private final Clock clock;
    private final List<String> lines = new ArrayList<>();
    private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);

    FaultLog(Clock clock) {
        this.clock = clock;
    }

    void add(FaultKind kind) {
        counts.merge(kind, 1, Integer::sum);
        note(kind.name());
    }

    /** Only adds to the log. */
    void note(String what) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        lines.add(now + " " + what);
    }

    int count(Set<FaultKind> kinds) {
        int sum = 0;
        for (FaultKind kind : kinds) {
            sum += counts.getOrDefault(kind, 0);
        }
        return sum;
    }

    Map<FaultKind, Integer> counts() {
        return Map.copyOf(counts);
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
