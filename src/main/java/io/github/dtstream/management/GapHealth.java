package io.github.dtstream.management;

import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.fill.HistoryFill.Pause;
import io.github.dtstream.gap.fill.Polling;
import io.github.dtstream.stream.EventStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Judges the health of a stream's gaps, with a sentence. Stateless. */
final class GapHealth {
    private GapHealth() {}

    static Health of(EventStream stream, Instant now) {
        return of(
                stream.name(),
                new Known(stream.gaps(), stream::fillPause, stream.polling(), stream.ledgerProblem()),
                now);
    }

    /**
     * What a stream knows of its gaps.
     *
     * @param gaps in the order of time
     * @param pauses why the fill of a gap waits; empty if it does not
     * @param polling the polling of history while the stream is blocked
     * @param problem why the gap ledger cannot be written
     */
    record Known(
            List<Gap> gaps,
            Function<Gap, Optional<Pause>> pauses,
            Optional<Polling> polling,
            Optional<String> problem) {}

    static Health of(String stream, Known known, Instant now) {
        Health.Part part = Health.Kind.GAPS.part(stream);
        Health told = ofGaps(part, known, now);
        return known.problem()
                .map(problem -> new Health(
                        part,
                        Health.Status.DEGRADED,
                        "the gap ledger cannot be written (" + problem
                                + "), so that a crash now would lose its latest changes; it is tried again. "
                                + told.message()))
                .orElse(told);
    }

    private static Health ofGaps(Health.Part part, Known known, Instant now) {
        List<Gap> gaps = known.gaps();
        Optional<Gap> lost =
                gaps.stream().filter(gap -> gap.isLatelyUnfillable(now)).reduce((one, other) -> other);
        List<Gap> open = gaps.stream().filter(gap -> !gap.isSettled()).toList();
        if (open.isEmpty() && lost.isEmpty()) {
            return new Health(part, Health.Status.UP, "none is open");
        }
        StringBuilder message = new StringBuilder();
        if (!open.isEmpty()) {
            message.append(open.size())
                    .append(" open, the oldest since ")
                    .append(open.get(0).from());
            message.append(open.stream()
                    .filter(gap -> gap.state() == Gap.State.FILLING)
                    .findFirst()
                    .map(gap -> "; " + filling(gap, known.pauses().apply(gap)))
                    .orElse(""));
        }
        open.stream()
                .filter(gap -> gap.to() == null)
                .findFirst()
                .ifPresent(gap -> message.append("; ")
                        .append(known.polling()
                                .map(Polling::sentence)
                                .orElse("history is read when the stream is live again")));
        lost.ifPresent(gap -> message.append(message.length() == 0 ? "" : "; ")
                .append("gap ")
                .append(gap.id())
                .append(" from ")
                .append(gap.from())
                .append(" to ")
                .append(gap.to())
                .append(" cannot be filled: ")
                .append(gap.unfillable()));
        return new Health(part, Health.Status.DEGRADED, message.toString());
    }

    private static String filling(Gap gap, Optional<Pause> pause) {
        return pause.filter(wait -> wait.failures() > 0)
                .map(wait -> "the fill of gap " + gap.id() + " waits until " + wait.until() + ": " + wait.why())
                .orElseGet(() -> {
                    FillProgress progress = gap.progress();
                    String left = progress.unread().isEmpty() ? "" : "; " + progress.left() + "; that is tried again";
                    return "history is being read, " + progress.percent() + " % done" + left;
                });
    }
}
