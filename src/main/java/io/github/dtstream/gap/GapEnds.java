package io.github.dtstream.gap;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers, by the ticker, when the end of each gap was certainly past. The gap ledger gets a gap's end when that end
 * has come, whatever any clock says. So history is complete for a device that is read an indexing delay later, even if
 * the local clock is ahead of the cloud's. Thread-safe.
 */
public final class GapEnds {
    private final Map<Long, End> ends = new ConcurrentHashMap<>();
    private final Duration delay;
    private final Ticker ticker;

    /** @param delay how long after a gap's end history may be incomplete */
    public GapEnds(Duration delay, Ticker ticker) {
        this.delay = delay;
        this.ticker = ticker;
    }

    /**
     * The end of a gap.
     *
     * @param nanos the ticker's nanoseconds when the end was first seen
     */
    private record End(Instant to, long nanos) {}

    /** Takes all gaps that have an end and are not settled. An end that is new here is past by now. */
    public void saw(List<Gap> ended) {
        long now = ticker.nanos();
        ends.keySet().retainAll(ended.stream().map(Gap::id).toList());
        for (Gap gap : ended) {
            Instant to = Objects.requireNonNull(gap.to());
            ends.merge(gap.id(), new End(to, now), (before, next) -> before.to().equals(to) ? before : next);
        }
    }

    /** How long it takes until history is certainly complete up to the gap's end; zero if it is. */
    public Duration left(long gapId) {
        End end = ends.get(gapId);
        if (end == null) {
            return delay;
        }
        Duration left = delay.minusNanos(ticker.nanos() - end.nanos());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
