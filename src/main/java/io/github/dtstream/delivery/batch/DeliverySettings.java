package io.github.dtstream.delivery.batch;

import java.time.Duration;

/**
 * The settings of a subscriber's delivery.
 *
 * @param maxBatchSize the largest number of events that are handed out and not passed by the cursor
 * @param maxBatchBytes the limit for their JSON in total; one event is handed out whatever its length
 * @param maxInflightExchanges the largest number of exchanges for these events; at most maxBatchSize
 * @param redeliveryDelay the delay of the first redelivery; it doubles with each failure
 * @param maxRedeliveryDelay the limit of that delay
 * @param maxAttempts how often a refused event is tried
 */
public record DeliverySettings(
        int maxBatchSize,
        long maxBatchBytes,
        int maxInflightExchanges,
        Duration redeliveryDelay,
        Duration maxRedeliveryDelay,
        int maxAttempts) {
    /**
     * A batch of usual events is much smaller. A route's steps may hold several copies of an event, in a heap of 64 MB.
     */
    static final long MAX_BATCH_BYTES = 2 << 20;

    private static final Duration LONGEST_DISK_DELAY = Duration.ofSeconds(1);

    /** With {@link #MAX_BATCH_BYTES} as the limit. */
    public DeliverySettings(
            int maxBatchSize,
            int maxInflightExchanges,
            Duration redeliveryDelay,
            Duration maxRedeliveryDelay,
            int maxAttempts) {
        this(maxBatchSize, MAX_BATCH_BYTES, maxInflightExchanges, redeliveryDelay, maxRedeliveryDelay, maxAttempts);
    }

    /** The delay after a failure of the journal or the cursor. */
    Duration diskDelay() {
        return maxRedeliveryDelay.compareTo(LONGEST_DISK_DELAY) < 0 ? maxRedeliveryDelay : LONGEST_DISK_DELAY;
    }

    /** The largest number of events in one exchange. */
    int exchangeSize() {
        return maxBatchSize / maxInflightExchanges;
    }

    /** The limit for the JSON of one exchange's events. */
    long exchangeBytes() {
        return maxBatchBytes / maxInflightExchanges;
    }
}
