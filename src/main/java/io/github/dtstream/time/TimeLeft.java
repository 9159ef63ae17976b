package io.github.dtstream.time;

import io.github.dtstream.text.ReadableDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Estimates the rest of work with equal parts, by its time so far. Used by one thread. */
public final class TimeLeft {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final int doneBefore;
    private final Ticker ticker;
    private final long startedNanos;

    /** @param doneBefore how many parts were done when it began */
    public TimeLeft(int doneBefore, Ticker ticker) {
        this.doneBefore = doneBefore;
        this.ticker = ticker;
        this.startedNanos = ticker.nanos();
    }

    /** @return null if nothing was done yet */
    public @Nullable Duration of(int done, int total) {
        int doneNow = done - doneBefore;
        return doneNow <= 0
                ? null
                : Duration.ofNanos(ticker.nanos() - startedNanos)
                        .multipliedBy(total - done)
                        .dividedBy(doneNow);
    }

    /** For people, in whole seconds. */
    public static String text(Duration left) {
        return ReadableDuration.of(left.compareTo(SHORTEST) < 0 ? SHORTEST : Duration.ofSeconds(left.toSeconds()));
    }
}
