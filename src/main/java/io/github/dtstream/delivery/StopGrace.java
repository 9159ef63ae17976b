package io.github.dtstream.delivery;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a route that stops may finish what it has in hand. Routes that stop by themselves have the whole time each; those that
 * stop together, one after the other as Camel does it, have it together. Thread-safe.
 */
public class StopGrace {
    private final Duration whole;
    private final Ticker ticker;
    /** When the time of all is over, by the ticker; null while none is set. */
    private volatile @Nullable Long end;

    public StopGrace(Duration whole, Ticker ticker) {
        this.whole = whole;
        this.ticker = ticker;
    }

    /** From now on the time runs for all together. */
    public void beginForAll() {
        end = ticker.nanos() + whole.toNanos();
    }

    /** Each has the whole time again. */
    public void endForAll() {
        end = null;
    }

    /** How long the one that stops now may take; zero or less if no time is left. */
    public Duration left() {
        Long until = end;
        return until == null ? whole : Duration.ofNanos(until - ticker.nanos());
    }
}
