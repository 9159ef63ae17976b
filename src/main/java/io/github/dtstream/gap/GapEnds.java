package io.github.dtstream.gap;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long ago, by the ticker, the end of each gap was past for certain. A gap's end has come when the ledger is told of it,
 * whatever any clock says; so a device that is asked for an indexing delay later is complete, also where the clock is ahead
 * of the cloud's and would have history asked for what it does not show yet. Thread-safe.
 */
public final class GapEnds {
    private final Map<Long, End> ends = new ConcurrentHashMap<>();
    private final Duration delay;
    private final Ticker ticker;

    /** @param delay for how long after a gap's end history may not be complete */
    public GapEnds(Duration delay, Ticker ticker) {
        this.delay = delay;
        this.ticker = ticker;
    }

    /**
     * A gap's end as it was told.
     *
     * @param nanos the ticker's nanoseconds when it was seen first
     */
    private record End(Instant to, long nanos) {}

    /** These are all gaps that have an end and are not settled; an end that was not seen before is past by now. */
    public void saw(List<Gap> ended) {
        long now = ticker.nanos();
        ends.keySet().retainAll(ended.stream().map(Gap::id).toList());
        for (Gap gap : ended) {
            Instant to = Objects.requireNonNull(gap.to());
            ends.merge(gap.id(), new End(to, now), (before, next) -> before.to().equals(to) ? before : next);
        }
    }

    /** How long it takes until history can be trusted to be complete up to the gap's end; zero when it can. */
    public Duration left(long gapId) {
        End end = ends.get(gapId);
        if (end == null) {
            return delay;
        }
        Duration left = delay.minusNanos(ticker.nanos() - end.nanos());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
