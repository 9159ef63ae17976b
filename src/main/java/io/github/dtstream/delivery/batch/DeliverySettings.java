package io.github.dtstream.delivery.batch;

import java.time.Duration;

/**
 * How a subscriber is delivered to.
 *
 * @param maxBatchSize how many events are handed out and not passed by the cursor, at most
 * @param maxBatchBytes how long their JSON may be in all; one event is handed out whatever its length
 * @param maxInflightExchanges in how many exchanges they are, at most; no more than maxBatchSize
 * @param redeliveryDelay the wait before the first redelivery; doubles
 * @param maxRedeliveryDelay its cap
 * @param maxAttempts how often an event that is refused is tried
 */
public record DeliverySettings(
        int maxBatchSize,
        long maxBatchBytes,
        int maxInflightExchanges,
        Duration redeliveryDelay,
        Duration maxRedeliveryDelay,
        int maxAttempts) {
    /** A batch of usual events is well below; a route's steps may hold an event several times over, in a heap of 64 MB. */
    static final long MAX_BATCH_BYTES = 2 << 20;

    private static final Duration LONGEST_DISK_DELAY = Duration.ofSeconds(1);

    /** With batches of {@link #MAX_BATCH_BYTES} at most. */
    public DeliverySettings(
            int maxBatchSize,
            int maxInflightExchanges,
            Duration redeliveryDelay,
            Duration maxRedeliveryDelay,
            int maxAttempts) {
        this(maxBatchSize, MAX_BATCH_BYTES, maxInflightExchanges, redeliveryDelay, maxRedeliveryDelay, maxAttempts);
    }

    /** How long to wait after the journal or the cursor failed. */
    Duration diskDelay() {
        return maxRedeliveryDelay.compareTo(LONGEST_DISK_DELAY) < 0 ? maxRedeliveryDelay : LONGEST_DISK_DELAY;
    }

    /** How many events one exchange carries at most. */
    int exchangeSize() {
        return maxBatchSize / maxInflightExchanges;
    }

    /** How long the JSON of one exchange's events may be. */
    long exchangeBytes() {
        return maxBatchBytes / maxInflightExchanges;
    }
}
