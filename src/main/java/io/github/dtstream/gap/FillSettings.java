package io.github.dtstream.gap;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings for filling gaps from history.
 *
 * @param indexingDelay how long an event may take from its publication until history shows it; the cloud's documents
 *     say 10 s
 * @param margin how much later than its timestamp an event may reach the cloud, including the difference of clocks;
 *     longer than the silence that ends a connection
 * @param historyBound how far back history certainly reaches: 30 days; newer documents of the cloud say 31
 * @param reconcileWindow how far back temperature and humidity history is read repeatedly, as sensors that were offline
 *     send late; zero switches this off
 * @param reconcileRequestsPerSecond how many requests a second of the service account's budget reconciliation takes at
 *     most
 * @param pageSize how many events a page of history may have, at most 1000
 * @param knownAtOnce how many event identifiers of the journal are held in memory at once, 32 bytes each
 * @param blockedAfter history is polled if no connection has received for this long
 * @param pollEvery the time between rounds of polling; a round that takes longer than half of it makes it longer
 */
public record FillSettings(
        Duration indexingDelay,
        Duration margin,
        Duration historyBound,
        Duration reconcileWindow,
        double reconcileRequestsPerSecond,
        int pageSize,
        int knownAtOnce,
        Duration blockedAfter,
        Duration pollEvery) {
    /** 10 s, 60 s, 30 days, no reconciliation, pages of 1000, 500,000 identifiers, 3 minutes, a minute. */
    public static final FillSettings DEFAULTS = new FillSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofDays(30),
            Duration.ZERO,
            1,
            1000,
            500_000,
            Duration.ofMinutes(3),
            Duration.ofMinutes(1));

    public FillSettings {
        Objects.requireNonNull(reconcileWindow);
        if (indexingDelay.isNegative() || margin.isNegative() || reconcileWindow.isNegative()) {
            throw new IllegalArgumentException("indexing delay, margin and reconcile window must not be negative");
        }
        if (!(reconcileRequestsPerSecond > 0)) {
            throw new IllegalArgumentException("reconciliation must be allowed more than 0 requests per second");
        }
        if (pageSize < 1 || pageSize > 1000) {
            throw new IllegalArgumentException("page size must be 1 to 1000, not " + pageSize);
        }
        if (knownAtOnce < 1) {
            throw new IllegalArgumentException("at least one identifier must be held in memory");
        }
    }

    /** The same settings with another indexing delay. */
    public FillSettings withIndexingDelay(Duration other) {
        return new FillSettings(
                other,
                margin,
                historyBound,
                reconcileWindow,
                reconcileRequestsPerSecond,
                pageSize,
                knownAtOnce,
                blockedAfter,
                pollEvery);
    }

    /** The same settings with another reconcile window. */
    public FillSettings withReconcileWindow(Duration other) {
        return new FillSettings(
                indexingDelay,
                margin,
                historyBound,
                other,
                reconcileRequestsPerSecond,
                pageSize,
                knownAtOnce,
                blockedAfter,
                pollEvery);
    }

    /**
     * How long after a gap's end the last pass begins: the indexing delay, and for clocks that differ the margin, at
     * most the indexing delay once more.
     */
    public Duration settling() {
        return indexingDelay.plus(margin.compareTo(indexingDelay) < 0 ? margin : indexingDelay);
    }
}
