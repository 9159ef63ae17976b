package io.github.dtstream.delivery;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a stopping route may take for its present exchanges. Each route that is stopped alone has the full time.
 * Routes that are stopped together, which Camel does one after the other, share it. Thread-safe.
 */
public class StopGrace {
    private final Duration whole;
    private final Ticker ticker;
    /** When the shared time is over, by the ticker; null if it has not begun. */
    private volatile @Nullable Long end;

    public StopGrace(Duration whole, Ticker ticker) {
        this.whole = whole;
        this.ticker = ticker;
    }

    /** A time that begins now and is shared, as long as what is left of this one. */
    public StopGrace begun() {
        StopGrace begun = new StopGrace(left(), ticker);
        begun.beginForAll();
        return begun;
    }

    /** Begins the shared time. */
    public void beginForAll() {
        end = ticker.nanos() + whole.toNanos();
    }

    /** Ends the shared time. */
    public void endForAll() {
        end = null;
    }

    /** How long the route that stops now may take; zero or less if no time is left. */
    public Duration left() {
        Long until = end;
        return until == null ? whole : Duration.ofNanos(until - ticker.nanos());
    }
}
