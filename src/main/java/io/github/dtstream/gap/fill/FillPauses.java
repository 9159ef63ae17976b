package io.github.dtstream.gap.fill;

import io.github.dtstream.gap.FillProgress;
import io.github.dtstream.gap.Gap;
import io.github.dtstream.gap.GapLedger;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Backoff;
import io.github.dtstream.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * When the fill of each gap continues, and why it waits: after failures in a row longer each time, up to ten minutes.
 * Only the worker calls it, except for {@link #of}, which any thread may call.
 */
final class FillPauses {
    /** No pause is longer, unless the cloud asks for it. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(FillPauses.class);
    /** How often a pause of the longest length is logged: every sixth time. */
    private static final int TOLD_EVERY = 6;

    private final GapLedger ledger;
    private final FillEnvironment environment;
    private final Map<Long, Wait> waits = new ConcurrentHashMap<>();

    FillPauses(GapLedger ledger, FillEnvironment environment) {
        this.ledger = ledger;
        this.environment = environment;
    }

    /** What a fill waits for after a failure. */
    enum Cause {
        /** Failures that may pass by themselves, often soon. */
        PASSING(Backoff.doubling(Duration.ofSeconds(5), LONGEST)),
        /** Refusals by the cloud, and defects: somebody has to act. */
        LASTING(Backoff.doubling(Duration.ofMinutes(1), LONGEST)),
        /**
         * Failures of the local disk: trying again costs nothing, and the fill shall continue soon after the disk has
         * room.
         */
        DISK(Backoff.doubling(Duration.ofSeconds(2), Duration.ofMinutes(1)));

        private final Backoff backoff;

        Cause(Backoff backoff) {
            this.backoff = backoff;
        }
    }

    /** A pause by the ticker, so that a clock that is corrected by hours does not make it longer. */
    private record Wait(Deadline end, int failures, String why) {}

    /** Forgets all gaps but these. */
    void keep(List<Gap> gaps) {
        waits.keySet().retainAll(gaps.stream().map(Gap::id).toList());
    }

    /** Whether the fill of a gap may continue. */
    boolean isDue(Gap gap) {
        Wait wait = waits.get(gap.id());
        return wait == null || wait.end().isOver();
    }

    /** The ends of all pauses, past ones included. */
    Stream<Deadline> ends() {
        return waits.values().stream().map(Wait::end);
    }

    /** How often the fill of a gap has failed since its last progress. */
    int failures(long id) {
        Wait wait = waits.get(id);
        return wait == null ? 0 : wait.failures();
    }

    /** The fill waits for no failure, or, without a delay, waits no more. */
    void planned(long id, Optional<Duration> delay) {
        delay.ifPresentOrElse(time -> waits.put(id, new Wait(after(time), 0, "")), () -> waits.remove(id));
    }

    /**
     * The fill failed, and waits.
     *
     * @param before the gap before the attempt that failed
     * @param why one sentence
     * @param atLeast the fill waits no shorter than this
     * @return whether the pause was logged: it is if the reason is new, and about once an hour while it stays the same
     */
    boolean failed(Gap before, String why, Cause cause, Duration atLeast) {
        long id = before.id();
        Wait last = waits.get(id);
        int failures = wentOn(before) ? 1 : failures(id) + 1;
        Duration delay = cause.backoff.delay(failures, atLeast, environment.random());
        waits.put(id, new Wait(after(delay), failures, why));
        boolean isNew = last == null || !why.equals(last.why());
        boolean told = isNew || failures == 1 || failures % TOLD_EVERY == 0;
        LOG.atLevel(told ? Level.WARN : Level.DEBUG)
                .log("The fill of gap {} pauses for {} and then continues: {}", id, ReadableDuration.of(delay), why);
        return told;
    }

    /** Why and until when the fill of a gap waits; empty if it does not. From any thread. */
    Optional<HistoryFill.Pause> of(long id) {
        return Optional.ofNullable(waits.get(id))
                .map(wait -> new HistoryFill.Pause(
                        environment.clock().instant().plus(wait.end().left()), wait.failures(), wait.why()));
    }

    private boolean wentOn(Gap gap) {
        FillProgress before = gap.progress();
        FillProgress now = ledger.get(gap.id()).progress();
        return now.devicesDone() > before.devicesDone()
                || now.unread().size() < before.unread().size();
    }

    private Deadline after(Duration delay) {
        return Deadline.after(delay, environment.ticker());
    }
}
