package io.github.dtstream.camel;

import java.time.Duration;

/**
 * How a subscriber is delivered to.
 *
 * @param maxBatchSize how many events are handed out and not passed by the cursor, at most
 * @param maxInflightExchanges in how many exchanges they are, at most; no more than maxBatchSize
 * @param redeliveryDelay the wait before the first redelivery; doubles
 * @param maxRedeliveryDelay its cap
 * @param maxAttempts how often an event that is refused is tried
 */
record DeliverySettings(
        int maxBatchSize,
        int maxInflightExchanges,
        Duration redeliveryDelay,
        Duration maxRedeliveryDelay,
        int maxAttempts) {

    /** How many events one exchange carries at most. */
    int exchangeSize() {
        return maxBatchSize / maxInflightExchanges;
    }
}
