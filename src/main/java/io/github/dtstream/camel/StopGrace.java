package io.github.dtstream.camel;

import io.github.dtstream.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a route that stops may finish what it has in hand. Routes that stop by themselves have the whole time each; those that
 * stop together, one after the other as Camel does it, have it together. Thread-safe.
 */
class StopGrace {
    private final Duration whole;
    private final Ticker ticker;
    /** When the time of all is over, by the ticker; null while none is set. */
    private volatile @Nullable Long end;

    StopGrace(Duration whole, Ticker ticker) {
        this.whole = whole;
        this.ticker = ticker;
    }

    /** From now on the time runs for all together. */
    void beginForAll() {
        end = ticker.nanos() + whole.toNanos();
    }

    /** Each has the whole time again. */
    void endForAll() {
        end = null;
    }

    /** How long the one that stops now may take; zero or less if no time is left. */
    Duration left() {
        Long until = end;
        return until == null ? whole : Duration.ofNanos(until - ticker.nanos());
    }
}
