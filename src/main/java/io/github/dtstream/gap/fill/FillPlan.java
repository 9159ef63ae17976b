package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillSettings;
import io.github.dtstream.gap.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The part of history that fills a gap. Pure.
 *
 * <p>An event that was published during the gap may have an earlier timestamp (the Cloud Connector that stamps it may
 * deliver it late) and may appear in history later (the indexing delay). The window therefore overlaps both ends of the
 * gap. Events that come twice are removed by their identifiers.
 *
 * @param window what to read; empty if the whole gap is older than history
 * @param historyStart history does not reach back before this; empty if the whole gap is within history
 * @param gapEnd the gap's end
 */
record FillPlan(Optional<Window> window, Optional<Instant> historyStart, Instant gapEnd) {

    /** How long a begun fill may take before the moving edge of history cuts into it: history has a 31st day. */
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

    /**
     * The window to read again for devices that were read too early: events published shortly before that may be
     * missing.
     */
    static Window lastPass(Window window, FillSettings settings) {
        Instant begin = window.to()
                .minus(settings.settling())
                .minus(settings.indexingDelay())
                .minus(settings.margin());
        return begin.isBefore(window.from()) ? window : new Window(begin, window.to());
    }
}
