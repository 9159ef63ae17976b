package io.github.dtstream.route;

import io.github.dtstream.route.LiveRoutes.Running;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the running routes to where the files want them, and back where that fails. A file is changed as a whole: if one
 * of its routes does not start, or fails where its predecessor succeeded, all of that file's routes are again what they
 * were. Not thread-safe: the reloader's thread owns it.
 */
final class RouteSwap {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSwap.class);

    private final LiveRoutes live;
    private final Clock clock;
    private final int trialExchanges;
    private final Duration trialTime;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final List<SwapGroup> trials = new ArrayList<>();
    private SwapGroup.Shared shared = new SwapGroup.Shared("", List.of(), Map.of());

    RouteSwap(LiveRoutes live, Clock clock, int trialExchanges, Duration trialTime) {
        this.live = live;
        this.clock = clock;
        this.trialExchanges = trialExchanges;
        this.trialTime = trialTime;
    }

    /**
     * A file's new content that is not to run.
     *
     * @param files the names of the files that were taken back together
     * @param finding why
     */
    record Refusal(Set<String> files, Finding finding) {}

    Collection<Running> running() {
        return running.values();
    }

    /** Loads routes where there are none yet. */
    void load(RouteSet wanted, Map<String, String> values) throws Exception {
        share(wanted, values);
        for (RouteUnit unit : wanted.units()) {
            running.put(unit.id(), live.add(unit, values, newOutcomes()));
        }
    }

    private void share(RouteSet wanted, Map<String, String> values) throws Exception {
        live.share(wanted.files().all(), values);
        shared = new SwapGroup.Shared(wanted.shared(), wanted.files().all(), values);
    }

    private RouteOutcomes newOutcomes() {
        return new RouteOutcomes(clock, trialExchanges);
    }

    /** What came of a swap: the ids that were started anew or removed, and what was taken back. */
    record Result(Set<String> changed, List<Refusal> refusals) {}

    /**
     * Swaps the routes whose definition changed.
     *
     * @param kept names of files whose routes stay as they are, whatever the files say
     */
    Result apply(RouteSet wanted, Map<String, String> values, Set<String> kept) {
        Collection<SwapGroup> groups = groups(wanted, kept);
        List<Refusal> refusals = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        Map<SwapGroup, Exception> unstoppable = new HashMap<>();
        for (SwapGroup group : groups) {
            stop(group).ifPresent(failure -> unstoppable.put(group, failure));
        }
        for (SwapGroup group : groups) {
            start(group, wanted, values, unstoppable.get(group)).ifPresent(refusals::add);
            group.stop.forEach(old -> changed.add(old.unit().id()));
            group.start.forEach(unit -> changed.add(unit.id()));
        }
        return new Result(changed, refusals);
    }

    private Collection<SwapGroup> groups(RouteSet wanted, Set<String> kept) {
        Map<String, SwapGroup> byFile = new TreeMap<>();
        boolean sharedChanged = !wanted.shared().equals(shared.fingerprint());
        boolean together = sharedChanged || hasMoved(wanted, kept);
        for (Running old : running.values()) {
            String file = old.unit().file().name();
            boolean stays = wanted.unit(old.unit().id()).map(old.unit()::sameAs).orElse(false);
            if (!stays && !kept.contains(file)) {
                group(byFile, file, together).stop.add(old);
            }
        }
        for (RouteUnit unit : wanted.units()) {
            Running old = running.get(unit.id());
            if (!kept.contains(unit.file().name())
                    && (old == null || !old.unit().sameAs(unit))) {
                group(byFile, unit.file().name(), together).start.add(unit);
            }
        }
        byFile.values().forEach(this::remember);
        if (sharedChanged) {
            group(byFile, "", true).sharedBefore = shared;
        }
        return byFile.values();
    }

    private boolean hasMoved(RouteSet wanted, Set<String> kept) {
        return wanted.units().stream()
                .filter(unit -> !kept.contains(unit.file().name()) && running.containsKey(unit.id()))
                .anyMatch(unit ->
                        !current(unit).unit().file().name().equals(unit.file().name()));
    }

    private static SwapGroup group(Map<String, SwapGroup> byFile, String file, boolean together) {
        SwapGroup group = byFile.computeIfAbsent(together ? "" : file, name -> new SwapGroup());
        if (!file.isEmpty()) {
            group.files.add(file);
        }
        return group;
    }

    /** Notes what to go back to: what runs, or what ran before it where that is still on trial. */
    private void remember(SwapGroup group) {
        group.stop.forEach(old -> group.before.put(old.unit().id(), old));
        for (Iterator<SwapGroup> open = trials.iterator(); open.hasNext(); ) {
            SwapGroup trial = open.next();
            if (trial.files.stream().anyMatch(group.files::contains)) {
                trial.start.forEach(unit -> group.before.remove(unit.id()));
                trial.before.values().stream()
                        .filter(old -> group.files.contains(old.unit().file().name()))
                        .forEach(old -> group.before.put(old.unit().id(), old));
                open.remove();
            }
        }
    }

    private Optional<Exception> stop(SwapGroup group) {
        try {
            for (Running old : group.stop) {
                live.remove(old);
                running.remove(old.unit().id());
            }
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(e);
        }
    }

    private Optional<Refusal> start(
            SwapGroup group, RouteSet wanted, Map<String, String> values, @Nullable Exception notStopped) {
        List<Running> started = new ArrayList<>();
        @Nullable RouteUnit starting = null;
        try {
            if (notStopped != null) {
                throw notStopped;
            }
            if (group.sharedBefore != null) {
                share(wanted, values);
            }
            for (RouteUnit unit : group.start) {
                starting = unit;
                started.add(new Running(unit, values, newOutcomes()));
                running.put(unit.id(), live.add(unit, values, last(started).outcomes()));
            }
            trials.add(group);
            return Optional.empty();
        } catch (Exception e) {
            LOG.debug("Route does not start", e);
            restore(group, started);
            RouteUnit at = starting != null ? starting : group.stop.get(0).unit();
            String what = "the route '" + at.id() + "' does not start: " + ExpressionCheck.reason(e);
            return Optional.of(group.refusal(at, what));
        }
    }

    private static Running last(List<Running> list) {
        return list.get(list.size() - 1);
    }

    /** Puts back what ran before the group was changed. */
    private void restore(SwapGroup group, Collection<Running> started) {
        for (Running mistaken : started) {
            attempt("remove", mistaken.unit(), () -> live.remove(mistaken));
            running.remove(mistaken.unit().id());
        }
        if (group.sharedBefore != null) {
            SwapGroup.Shared old = group.sharedBefore;
            attempt("restore", last(List.copyOf(started)).unit(), () -> live.share(old.files(), old.values()));
            shared = old;
        }
        for (Running old : group.before.values()) {
            attempt(
                    "restore",
                    old.unit(),
                    () -> running.put(old.unit().id(), live.add(old.unit(), old.values(), old.outcomes())));
        }
    }

    /** A step that may fail for a reason of the outside world. */
    private interface Step {
        void run() throws Exception;
    }

    private static void attempt(String what, RouteUnit unit, Step step) {
        try {
            step.run();
        } catch (Exception e) {
            LOG.error(
                    "Cannot {} route {} as it stood in {}",
                    what,
                    unit.id(),
                    unit.file().label(),
                    e);
        }
    }

    /** What the judgement of definitions on trial came to: files that were taken back, and files that have proven good. */
    record Judgement(List<Refusal> refusals, Set<String> proven) {}

    boolean hasTrials() {
        return !trials.isEmpty();
    }

    /** Judges the new definitions by how their first exchanges ended. */
    Judgement judge() {
        List<Refusal> refusals = new ArrayList<>();
        Set<String> proven = new HashSet<>();
        for (SwapGroup group : List.copyOf(trials)) {
            Optional<RouteUnit> failed = group.start.stream()
                    .filter(unit -> failsWhereBeforeSucceeded(group, unit))
                    .findFirst();
            if (failed.isPresent()) {
                trials.remove(group);
                refusals.add(takeBack(group, failed.get()));
            } else if (group.start.stream().allMatch(unit -> isProven(group, unit))) {
                trials.remove(group);
                proven.addAll(group.files);
            }
        }
        return new Judgement(refusals, proven);
    }

    /** The route of a unit that is known to run. */
    private Running current(RouteUnit unit) {
        return Objects.requireNonNull(running.get(unit.id()), unit.id());
    }

    private boolean failsWhereBeforeSucceeded(SwapGroup group, RouteUnit unit) {
        return isComparable(group, unit)
                && current(unit).outcomes().earlyFailure().isPresent();
    }

    private boolean isComparable(SwapGroup group, RouteUnit unit) {
        Running before = group.before.get(unit.id());
        return running.containsKey(unit.id())
                && before != null
                && before.outcomes().succeeds();
    }

    private boolean isProven(SwapGroup group, RouteUnit unit) {
        if (!isComparable(group, unit)) {
            return true;
        }
        RouteOutcomes outcomes = current(unit).outcomes();
        Instant now = clock.instant();
        return outcomes.done() >= trialExchanges
                || outcomes.firstDone()
                        .filter(first -> now.isAfter(first.plus(trialTime)))
                        .isPresent();
    }

    private Refusal takeBack(SwapGroup group, RouteUnit failed) {
        String reason = current(failed).outcomes().earlyFailure().orElseThrow();
        List<Running> started = group.start.stream()
                .map(unit -> running.get(unit.id()))
                .filter(one -> one != null)
                .collect(Collectors.toList());
        restore(group, started);
        return group.refusal(failed, "the route '" + failed.id() + "' fails where it succeeded before: " + reason);
    }
}
