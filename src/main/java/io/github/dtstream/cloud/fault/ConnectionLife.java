package io.github.dtstream.cloud.fault;

import java.time.Duration;

/**
 * The life of a connection.
 *
 * @param lived the time from its request to its end
 * @param delivered whether it delivered an event or a ping
 */
public record ConnectionLife(Duration lived, boolean delivered) {
    /** Whether an end without an error is routine, so that the next connection may follow at once. */
    boolean isExpectedToEnd() {
        return delivered && lived.compareTo(FaultClassifier.SHORTEST_EXPECTED_LIFE) >= 0;
    }
}
