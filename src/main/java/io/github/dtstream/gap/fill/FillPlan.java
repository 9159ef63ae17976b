package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which part of history fills a gap. Pure.
 *
 * <p>An event that was published while nothing was received may be stamped earlier (the Cloud Connector that stamps it may
 * deliver it late) and may become visible in history later (the indexing delay). The window therefore overlaps both ends
 * of the gap; what it brings twice is removed by its identifier.
 *
 * @param window what is read; empty if the whole gap is older than history
 * @param historyStart what lies before this is older than history; empty if nothing is
 * @param gapEnd from when on the stream is complete again
 */
record FillPlan(Optional<Window> window, Optional<Instant> historyStart, Instant gapEnd) {

    /** A begun fill may take this long before the moving edge of history cuts into it: the cloud's 31st day. */
    private static final Duration EDGE = Duration.ofDays(1);

    static FillPlan of(Gap gap, FillSettings settings, Instant now) {
        Instant to = gap.to();
        if (to == null) {
            throw new IllegalArgumentException("gap " + gap.id() + " has no end yet");
        }
        Instant end = to.plus(settings.settling());
        Duration reach = settings.historyBound();
        Instant oldest = now.minus(gap.state() == Gap.State.FILLING ? reach.plus(EDGE) : reach);
        Optional<Instant> historyStart = gap.from().isBefore(oldest) ? Optional.of(oldest) : Optional.empty();
        if (to.isBefore(oldest)) {
            return new FillPlan(Optional.empty(), historyStart, to);
        }
        Instant begin = gap.from().minus(settings.indexingDelay()).minus(settings.margin());
        return new FillPlan(Optional.of(new Window(begin.isBefore(oldest) ? oldest : begin, end)), historyStart, to);
    }

    /** What a device that was read too early, but after the gap's end, may lack: what was published shortly before that. */
    static Window lastPass(Window window, FillSettings settings) {
        Instant begin = window.to()
                .minus(settings.settling())
                .minus(settings.indexingDelay())
                .minus(settings.margin());
        return begin.isBefore(window.from()) ? window : new Window(begin, window.to());
    }
}
