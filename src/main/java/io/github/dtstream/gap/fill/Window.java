package io.github.dtstream.gap.fill;

import java.time.Instant;

/**
 * A span of event timestamps.
 *
 * @param from its first instant
 * @param to its end, not before {@code from}
 */
record Window(Instant from, Instant to) {
    Window {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("window ends at " + to + ", before it begins at " + from);
        }
    }

    boolean contains(Instant instant) {
        return !instant.isBefore(from) && !instant.isAfter(to);
    }
}
