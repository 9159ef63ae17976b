package io.github.dtstream.cloud.fault;

import java.time.Duration;

/**
 * How a connection did until it ended.
 *
 * @param lived from its request to its end
 * @param delivered whether it brought an event or a ping
 */
public record ConnectionLife(Duration lived, boolean delivered) {
    /** Whether an end without an error is the routine one, after which the next connection may follow at once. */
    boolean isExpectedToEnd() {
        return delivered && lived.compareTo(FaultClassifier.SHORTEST_EXPECTED_LIFE) >= 0;
    }
}
