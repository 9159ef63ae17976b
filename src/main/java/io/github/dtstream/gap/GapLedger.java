package io.github.dtstream.gap;

import io.github.dtstream.storage.DurableState;
import io.github.dtstream.text.ReadableDuration;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable list of gaps of one stream. Thread-safe: every method holds the lock, a write to the disk included.
 *
 * <p>A change is durable no later than what the journal receives after the method has returned. If it cannot be
 * written, it is kept in memory, {@link #problem} says so, and each later change or {@link #save} tries again. After a crash in that time, the program falls
 * back on the journal's last live record.
 */
public final class GapLedger {
    private static final Logger LOG = LoggerFactory.getLogger(GapLedger.class);
    private static final Comparator<Gap> BY_TIME =
            Comparator.comparing(Gap::from).thenComparingLong(Gap::id);
    private static final Comparator<Gap> BY_END = Comparator.comparing(
                    Gap::ended, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparingLong(Gap::id);

    /** The most by which two connections may receive the same record apart. */
    private static final Duration APART = Duration.ofSeconds(10);

    private static final String LOST = "the gap ledger was damaged: what was missing is not known";

    private final DurableState state;
    private final Duration joinWithin;
    private final int keptSettled;
    private final Clock clock;
    private final List<GapListener> listeners = new CopyOnWriteArrayList<>();

    // All guarded by this.
    private final List<Gap> gaps;
    private long nextId;
    private @Nullable String problem;
    private Runnable whenFillable = () -> {};
    /** If the gap ledger was lost, so that missing spans are unknown: how far back history reaches. */
    private @Nullable Duration unknownFor;

    private GapLedger(
            DurableState state,
            Duration joinWithin,
            int keptSettled,
            Clock clock,
            GapListener listener,
            GapFile.Content content) {
        this.state = state;
        this.joinWithin = joinWithin;
        this.keptSettled = keptSettled;
        this.clock = clock;
        this.listeners.add(listener);
        this.gaps = new ArrayList<>(content.gaps());
        this.nextId = content.nextId();
    }

    /**
     * Reads the gap ledger. If it is damaged, its previous copy is used. If that is damaged too, one gap over the whole
     * of history is opened, and {@link #restart} makes it longer: reading too much is better than losing events.
     *
     * @param state JSON; it exists from the first gap on
     * @param joinWithin waiting gaps with less time than this between them are joined, as one fill serves both with
     *     half the requests; 10 minutes are sensible
     * @param keptSettled how many closed gaps are kept, and how many unfillable ones: those that were settled last. They
     *     are counted apart, so that no filled gap takes the place of one whose events are lost
     * @throws IOException if it exists and cannot be read
     */
    public static GapLedger open(
            DurableState state,
            FillSettings settings,
            Duration joinWithin,
            int keptSettled,
            Clock clock,
            GapListener listener)
            throws IOException {
        DurableState.Content<GapFile.Content> found = state.load(GapFile::read);
        GapLedger ledger = new GapLedger(
                state,
                joinWithin,
                keptSettled,
                clock,
                listener,
                found.value().orElseGet(() -> new GapFile.Content(1, List.of())));
        if (found.damaged() && found.value().isEmpty()) {
            ledger.unknownFor = settings.historyBound();
            ledger.interrupted(clock.instant().minus(settings.historyBound()), LOST);
        }
        return ledger;
    }

    /** @throws IOException if the content is not that of a gap ledger */
    public static void check(byte[] content) throws IOException {
        GapFile.read(content);
    }

    /**
     * Opens a gap for the time from the journal's last live record to the program's start. Earlier gaps remain. Without
     * a record there is nothing to fill: the stream begins now. If the gap ledger was lost, the gap begins a history's
     * length before that record. So this machine's clock, which may be far ahead, is not used.
     *
     * @param lastLive everything before was received, in the cloud's time
     */
    public synchronized void restart(Optional<Instant> lastLive) {
        Duration unknown = unknownFor;
        unknownFor = null;
        if (lastLive.isPresent() && unknown != null) {
            interrupted(lastLive.get().minus(unknown), LOST);
        } else if (lastLive.isPresent()) {
            interrupted(lastLive.get(), "the program was not running");
        }
    }

    /**
     * The same if a connection receives everything from a time on, and passes on what came since the journal's last live
     * record. If the journal ends well after that time, there is no gap, and one that has no end yet and begins where the
     * journal ends is none either. Otherwise a gap ends at that time, or where the journal ends: what came before is not passed
     * on again.
     *
     * @param completeFrom everything from here on is received, in the cloud's time
     */
    public synchronized void restart(Optional<Instant> lastLive, Instant completeFrom) {
        if (unknownFor == null && lastLive.isPresent() && !lastLive.get().isBefore(completeFrom.plus(APART))) {
            Instant passedOn = lastLive.get().minus(APART);
            gaps.stream()
                    .filter(gap ->
                            gap.to() == null && !gap.isSettled() && !gap.from().isBefore(passedOn))
                    .toList()
                    .forEach(this::drop);
        } else {
            restart(lastLive);
        }
        resumed(lastLive.filter(completeFrom::isBefore).orElse(completeFrom));
    }

    private void drop(Gap gap) {
        LOG.info("Gap {} since {} is none, as a standby has received everything", gap.id(), gap.from());
        gaps.remove(gap);
        write();
        tell(gap.resumed(gap.from()).closed(FillProgress.NONE, clock.instant()));
    }

    /**
     * Opens a gap, as no connection receives any more.
     *
     * @param completeUntil everything before was received, in the cloud's time
     * @param reason one sentence
     */
    public synchronized void interrupted(Instant completeUntil, String reason) {
        Gap gap = Gap.open(nextId++, completeUntil, reason);
        gaps.add(gap);
        Gap result = join(gap);
        LOG.info("Gap {} is open since {}: {}", result.id(), result.from(), result.reason());
        changed(result);
    }

    /**
     * Corrects the beginning of the gap that has no end yet: the clock was possibly wrong when it was opened. If the
     * gap was joined with an older one, the older beginning remains.
     */
    public synchronized void began(Instant time) {
        for (Gap gap : List.copyOf(gaps)) {
            boolean isOlder = gap.interruptions() > 1 && gap.from().isBefore(time);
            if (gap.to() == null && !gap.isSettled() && !isOlder) {
                Gap corrected = gap.startingAt(time);
                replace(corrected);
                changed(corrected);
            }
        }
    }

    /**
     * Ends the open gap, as a connection receives again; does nothing if no gap is open.
     *
     * @param completeFrom everything from here on is received, in the cloud's time
     */
    public synchronized void resumed(Instant completeFrom) {
        for (Gap gap : List.copyOf(gaps)) {
            if (gap.to() == null && !gap.isSettled()) {
                Gap ended = gap.resumed(completeFrom);
                replace(ended);
                Gap result = join(ended);
                LOG.info(
                        "Gap {} lasted {}, from {} to {}",
                        result.id(),
                        ReadableDuration.of(result.length(completeFrom)),
                        result.from(),
                        result.to());
                changed(result);
            }
        }
        whenFillable.run();
    }

    /** All gaps known, oldest first. */
    public synchronized List<Gap> snapshot() {
        return gaps.stream().sorted(BY_TIME).toList();
    }

    /** The error if the gap ledger could not be written last; else empty. */
    public synchronized Optional<String> problem() {
        return problem == null ? state.problem() : Optional.of(problem);
    }

    /** Adds a listener for all changes from now on. */
    public void addListener(GapListener listener) {
        listeners.add(listener);
    }

    /** Sets the action that runs, under the lock, when a gap may have become fillable. */
    public synchronized void whenFillable(Runnable action) {
        whenFillable = action;
    }

    /** Gaps that can be filled, oldest first. */
    public synchronized List<Gap> fillable() {
        return gaps.stream().filter(Gap::isFillable).sorted(BY_TIME).toList();
    }

    /**
     * Takes a gap up for filling. From now on no gap is joined to it, as the fill would not read the added span: a gap
     * that follows shortly after stays separate.
     *
     * @return the gap before this call; empty if it was joined with an open gap meanwhile, or does not exist any more
     */
    public synchronized Optional<Gap> takeUp(long id) {
        Optional<Gap> found = fillable().stream().filter(gap -> gap.id() == id).findFirst();
        if (found.isPresent() && found.get().state() == Gap.State.OPEN) {
            change(id, gap -> gap.filling(gap.progress(), clock.instant()), true);
        }
        return found;
    }

    public synchronized Gap get(long id) {
        return gaps.stream()
                .filter(gap -> gap.id() == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no gap " + id));
    }

    /** Splits a gap: the part before a time becomes unfillable, and the rest keeps the identifier. */
    public synchronized Gap cut(long id, Instant at, String why) {
        Gap gap = get(id);
        Gap before = gap.endingAt(nextId++, at).unfillable(why, FillProgress.NONE, clock.instant());
        Gap rest = gap.startingAt(at);
        replace(rest);
        gaps.add(before);
        LOG.warn("Gap {} from {} to {} cannot be filled: {}", before.id(), before.from(), before.to(), why);
        changed(before);
        return rest;
    }

    /** Saves progress on disk. */
    public synchronized Gap filling(long id, FillProgress progress) {
        return change(id, gap -> gap.filling(progress, clock.instant()), true);
    }

    /** Notes progress in memory, for display; the next durable change saves it. */
    public synchronized Gap progressed(long id, FillProgress progress) {
        return change(id, gap -> gap.filling(progress, clock.instant()), false);
    }

    public synchronized Gap closed(long id, FillProgress progress) {
        return change(id, gap -> gap.closed(progress, clock.instant()), true);
    }

    public synchronized Gap unfillable(long id, String why, FillProgress progress) {
        LOG.warn("Gap {} cannot be filled: {}", id, why);
        return change(id, gap -> gap.unfillable(why, progress, clock.instant()), true);
    }

    /** Writes the gap ledger if an earlier write failed. */
    public synchronized void save() {
        if (problem != null) {
            write();
        }
    }

    private Gap change(long id, UnaryOperator<Gap> transition, boolean durable) {
        Gap gap = transition.apply(get(id));
        replace(gap);
        if (durable) {
            changed(gap);
        } else {
            tell(gap);
        }
        return gap;
    }

    /** Joins a gap with its waiting neighbours; the oldest identifier remains. */
    private Gap join(Gap gap) {
        Gap joined = gap;
        List<Gap> waiting = gaps.stream()
                .filter(other -> other.state() == Gap.State.OPEN && other.id() != gap.id())
                .sorted(BY_TIME)
                .toList();
        for (Gap other : waiting) {
            if (near(joined, other)) {
                Gap first = BY_TIME.compare(joined, other) <= 0 ? joined : other;
                Gap second = first.id() == joined.id() ? other : joined;
                gaps.removeIf(each -> each.id() == second.id());
                joined = first.joined(second);
                replace(joined);
            }
        }
        return joined;
    }

    private boolean near(Gap one, Gap other) {
        return reaches(one, other) && reaches(other, one);
    }

    /** A gap without an end joins only gaps that ended before it began, as its own end may be before theirs. */
    private boolean reaches(Gap one, Gap other) {
        Instant end = one.to();
        if (end == null) {
            return other.to() == null || !other.to().isAfter(one.from());
        }
        return !end.plus(joinWithin).isBefore(other.from());
    }

    private void replace(Gap gap) {
        gaps.replaceAll(each -> each.id() == gap.id() ? gap : each);
    }

    private void changed(Gap gap) {
        forgetOldest(Gap.State.CLOSED, gap);
        forgetOldest(Gap.State.UNFILLABLE, gap);
        write();
        tell(gap);
    }

    private void tell(Gap gap) {
        listeners.forEach(listener -> listener.changed(gap));
    }

    /**
     * Forgets the gaps that were settled first. A gap that lasted for weeks is often the oldest one when it turns out to
     * be unfillable, so its beginning does not matter; and what has just changed stays even if the clock was set back.
     */
    private void forgetOldest(Gap.State state, Gap changed) {
        List<Gap> settled =
                gaps.stream().filter(gap -> gap.state() == state).sorted(BY_END).toList();
        settled.stream()
                .filter(gap -> gap.id() != changed.id())
                .limit(Math.max(0, settled.size() - keptSettled))
                .forEach(gaps::remove);
    }

    private void write() {
        try {
            state.saveInOrder(GapFile.write(new GapFile.Content(nextId, snapshot())));
            problem = null;
        } catch (IOException e) {
            if (problem == null) {
                LOG.error("The gap ledger cannot be written and is kept in memory until it can: {}", e.toString());
            }
            problem = e.toString();
        }
    }
}
