package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.time.TimeLeft;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Estimates the end of a pass, and logs its progress, at most every ten seconds. The caller logs the result, also of a
 * shorter pass. Used by one thread.
 */
final class ProgressEstimate {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressEstimate.class);
    private static final Duration LOG_EVERY = Duration.ofSeconds(10);

    private final String what;
    private final Clock clock;
    private final Ticker ticker;
    private final TimeLeft timeLeft;
    private Deadline nextLog;

    /**
     * @param what the sentence's subject, for example {@code Gap 3}
     * @param clock for the estimated end
     * @param ticker measures the speed
     */
    ProgressEstimate(String what, FillProgress progress, Clock clock, Ticker ticker) {
        this.what = what;
        this.clock = clock;
        this.ticker = ticker;
        this.timeLeft = new TimeLeft(progress.devicesDone(), ticker);
        this.nextLog = Deadline.after(LOG_EVERY, ticker);
    }

    /** @return null if nothing was done yet */
    @Nullable
    Instant estimatedEnd(int done, int total) {
        Duration left = timeLeft.of(done, total);
        return left == null ? null : clock.instant().plus(left.truncatedTo(ChronoUnit.MILLIS));
    }

    void log(FillProgress progress) {
        if (nextLog.isOver() && progress.devicesDone() < progress.devicesTotal()) {
            nextLog = Deadline.after(LOG_EVERY, ticker);
            LOG.info(
                    "{}: {} of {} devices ({} %), {} events, {} of them new; about {} left",
                    what,
                    progress.devicesDone(),
                    progress.devicesTotal(),
                    progress.percent(),
                    progress.eventsFound(),
                    progress.eventsNew(),
                    left(progress.estimatedEnd(), clock.instant()));
        }
    }

    private static String left(@Nullable Instant end, Instant now) {
        return end == null ? "an unknown time" : TimeLeft.text(Duration.between(now, end));
    }
}
