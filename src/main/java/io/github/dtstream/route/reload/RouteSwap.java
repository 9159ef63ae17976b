package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteDocument;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import io.github.dtstream.route.reload.RouteTransaction.Failure;
import io.github.dtstream.time.Backoff;
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
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the running routes equal to those of the files, by a {@link RouteTransaction} for each changed file, or one for
 * all if they depend on each other. A transaction that is in effect stays on trial: if a route fails where its
 * predecessor succeeded, it is rolled back. Not thread-safe: the reloader's thread owns it.
 */
final class RouteSwap {
    private static final Backoff REPAIRS = Backoff.doubling(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final RouteHost host;
    private final Clock clock;
    private final int trialExchanges;
    private final Duration trialTime;
    /** The routes that are known to run, by id. */
    private final Map<String, Running> running = new LinkedHashMap<>();
    /** The files that are in effect, by name. */
    private final Map<String, RouteFile> files = new HashMap<>();

    private final List<RouteTransaction> trials = new ArrayList<>();
    /** Transactions whose roll-back failed in part and is retried. */
    private final List<RouteTransaction> unfinished = new ArrayList<>();

    private Instant nextRepair = Instant.MIN;
    private int repairs;
    private TransactionPlan.Shared shared = new TransactionPlan.Shared("", List.of(), Map.of());

    RouteSwap(RouteHost host, Clock clock, int trialExchanges, Duration trialTime) {
        this.host = host;
        this.clock = clock;
        this.trialExchanges = trialExchanges;
        this.trialTime = trialTime;
    }

    /**
     * A change of files that was rolled back.
     *
     * @param ran the previous files, by the name of each file that was rolled back; empty if there was none
     * @param finding why
     */
    record Refusal(Map<String, Optional<RouteFile>> ran, Finding finding) {}

    Collection<Running> running() {
        return running.values();
    }

    /** The ids of the routes that ran before a change and cannot be restored yet. */
    Set<String> missing() {
        Set<String> missing = new TreeSet<>();
        unfinished.forEach(one -> missing.addAll(one.missing().keySet()));
        return missing;
    }

    /** The errors that keep roll-backs from being finished. */
    List<Finding> problems() {
        return unfinished.stream().flatMap(one -> one.problems().stream()).toList();
    }

    /** Loads the first routes. */
    void load(RouteSet wanted, Map<String, String> values) throws Exception {
        shared = new TransactionPlan.Shared(wanted.shared(), wanted.files().routes(), values);
        host.share(shared.files(), values);
        for (RouteUnit unit : wanted.units()) {
            running.put(unit.id(), host.add(unit, values, newOutcomes()));
        }
        wanted.files().all().forEach(file -> files.put(file.name(), file));
    }

    private RouteOutcomes newOutcomes() {
        return new RouteOutcomes(clock, trialExchanges);
    }

    /** The result of a swap: the ids that were started or removed, and the changes that were rolled back. */
    record Result(Set<String> changed, List<Refusal> refusals) {}

    /**
     * Swaps the routes whose definition changed.
     *
     * @param kept the names of files whose routes are not swapped, even if the values of their placeholders changed
     */
    Result apply(RouteSet wanted, Map<String, String> values, Set<String> kept) {
        List<RouteTransaction> transactions = plan(wanted, values, kept).stream()
                .map(group -> new RouteTransaction(host, group, running))
                .toList();
        List<Refusal> refusals = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        // All stop before any starts, as one may need a subscriber or a port that another gives up.
        transactions.forEach(RouteTransaction::stop);
        for (RouteTransaction transaction : transactions) {
            TransactionPlan group = transaction.plan();
            Optional<Failure> failure = transaction.start(values, this::newOutcomes);
            if (failure.isPresent()) {
                refusals.add(
                        refusal(transaction, failure.get().at(), failure.get().message()));
            } else {
                commit(transaction, wanted);
            }
            group.stop.forEach(old -> changed.add(old.unit().id()));
            group.start.forEach(unit -> changed.add(unit.id()));
        }
        return new Result(changed, refusals);
    }

    private void commit(RouteTransaction transaction, RouteSet wanted) {
        TransactionPlan group = transaction.plan();
        trials.add(transaction);
        shared = group.shared == null ? shared : group.shared;
        group.changed.keySet().forEach(name -> inEffect(name, wanted.files().named(name)));
    }

    private void inEffect(String name, Optional<RouteFile> file) {
        file.ifPresentOrElse(one -> files.put(name, one), () -> files.remove(name));
    }

    /**
     * Groups the changes into transactions: one for each file, or one for all files where something that they share changes, or
     * where a route moves from one file to another.
     */
    private Collection<TransactionPlan> plan(RouteSet wanted, Map<String, String> values, Set<String> kept) {
        unfinished.forEach(
                one -> one.missing().keySet().removeIf(id -> wanted.unit(id).isEmpty()));
        Map<String, TransactionPlan> byFile = new TreeMap<>();
        boolean sharedChanges = !wanted.shared().equals(shared.fingerprint())
                || unfinished.stream().anyMatch(RouteTransaction::isSharedUnfinished);
        boolean together = sharedChanges || hasMoved(wanted);
        for (Running old : running.values()) {
            boolean stays = wanted.unit(old.unit().id()).map(old.unit()::sameAs).orElse(false);
            if (!stays && !kept.contains(old.unit().file().name())) {
                group(byFile, old.unit().file().name(), together).stop.add(old);
            }
        }
        for (RouteUnit unit : wanted.units()) {
            Running old = current(unit.id());
            boolean stays = old != null && old.unit().sameAs(unit);
            if (!stays && !kept.contains(unit.file().name())) {
                group(byFile, unit.file().name(), together).start.add(unit);
            }
        }
        if (sharedChanges) {
            TransactionPlan all = group(byFile, "", true);
            all.shared =
                    new TransactionPlan.Shared(wanted.shared(), wanted.files().routes(), values);
            all.sharedBefore = shared;
        }
        byFile.values()
                .forEach(group ->
                        group.stop.forEach(old -> group.before.put(old.unit().id(), old)));
        byFile.values().forEach(this::absorb);
        changedFiles(wanted).forEach((name, before) -> {
            TransactionPlan group = byFile.get(together ? "" : name);
            boolean shares = shares(wanted, name, before);
            if (group != null && (group.files.contains(name) || shares)) {
                group.files.add(name);
                group.changed.putIfAbsent(name, before);
                wanted.files().named(name).or(() -> before).ifPresent(file -> group.labels.put(name, file.label()));
                if (shares) {
                    group.sharing.add(name);
                }
            } else {
                // No running route depends on the change.
                inEffect(name, wanted.files().named(name));
            }
        });
        return byFile.values();
    }

    /** The route of that id that runs, or that a roll-back is about to restore. */
    private @Nullable Running current(String id) {
        Running one = running.get(id);
        return one != null
                ? one
                : unfinished.stream()
                        .filter(transaction -> !transaction.isSharedUnfinished())
                        .map(transaction -> transaction.missing().get(id))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private Map<String, Optional<RouteFile>> changedFiles(RouteSet wanted) {
        Map<String, Optional<RouteFile>> changed = new TreeMap<>();
        Set<String> names = new HashSet<>(files.keySet());
        wanted.files().all().forEach(file -> names.add(file.name()));
        for (String name : names) {
            Optional<RouteFile> before = Optional.ofNullable(files.get(name));
            if (!before.equals(wanted.files().named(name))) {
                changed.put(name, before);
            }
        }
        return changed;
    }

    private static boolean shares(RouteSet wanted, String name, Optional<RouteFile> before) {
        return !wanted.shared(name).isEmpty()
                || before.map(RouteDocument::parse)
                        .filter(document -> !RouteSet.sharedItems(document).isEmpty()
                                || !RouteSet.sharedBeanItems(document).isEmpty())
                        .isPresent();
    }

    private boolean hasMoved(RouteSet wanted) {
        return wanted.units().stream()
                .anyMatch(unit -> Optional.ofNullable(current(unit.id()))
                        .filter(old ->
                                !old.unit().file().name().equals(unit.file().name()))
                        .isPresent());
    }

    private static TransactionPlan group(Map<String, TransactionPlan> byFile, String file, boolean together) {
        TransactionPlan group = byFile.computeIfAbsent(together ? "" : file, name -> new TransactionPlan());
        if (!file.isEmpty()) {
            group.files.add(file);
        }
        return group;
    }

    /** Takes over the previous state from transactions on trial, and from those whose roll-back is not finished. */
    private void absorb(TransactionPlan group) {
        for (Iterator<RouteTransaction> open = trials.iterator(); open.hasNext(); ) {
            TransactionPlan trial = open.next().plan();
            if (trial.files.stream().anyMatch(group.files::contains)) {
                trial.start.forEach(unit -> group.before.remove(unit.id()));
                trial.before.values().stream()
                        .filter(old -> group.files.contains(old.unit().file().name()))
                        .forEach(old -> group.before.put(old.unit().id(), old));
                trial.changed.forEach((name, before) -> {
                    if (group.files.contains(name)) {
                        group.changed.put(name, before);
                    }
                });
                if (group.shared != null && trial.sharedBefore != null) {
                    group.sharedBefore = trial.sharedBefore;
                }
                open.remove();
            }
        }
        unfinished.forEach(one -> absorb(group, one));
        unfinished.removeIf(one -> !one.isUnfinished());
    }

    private static void absorb(TransactionPlan group, RouteTransaction rolledBack) {
        boolean all = group.shared != null;
        Set<String> starting = group.start.stream().map(RouteUnit::id).collect(Collectors.toSet());
        rolledBack.missing().values().removeIf(old -> {
            boolean ours = all || starting.contains(old.unit().id());
            if (ours) {
                group.before.putIfAbsent(old.unit().id(), old);
            }
            return ours;
        });
        rolledBack.leftovers().removeIf(left -> {
            boolean ours = all || starting.contains(left.unit().id());
            if (ours) {
                group.stop.add(left);
            }
            return ours;
        });
        if (all) {
            rolledBack.leaveShared();
        }
    }

    private Refusal refusal(RouteTransaction transaction, @Nullable RouteUnit at, String message) {
        TransactionPlan group = transaction.plan();
        shared = group.sharedBefore == null ? shared : group.sharedBefore;
        group.changed.forEach(this::inEffect);
        if (transaction.isUnfinished()) {
            unfinished.add(transaction);
            repairs = 1;
            nextRepair = clock.instant().plus(REPAIRS.bound(repairs));
        }
        boolean had = !group.before.isEmpty();
        String what =
                had ? "what ran before " + (transaction.isUnfinished() ? "is put back" : "runs again") + "; " : "";
        Map<String, Optional<RouteFile>> ran = new TreeMap<>(group.changed);
        if (ran.isEmpty()) {
            group.files.forEach(name -> ran.put(name, Optional.ofNullable(files.get(name))));
        }
        return new Refusal(ran, finding(group, at, message, what + "mend the file and save it"));
    }

    /** The finding: at the route, or at a changed file if the mistake is in what routes share. */
    private static Finding finding(TransactionPlan group, @Nullable RouteUnit at, String message, String hint) {
        if (at != null) {
            return new Finding(at.file().label(), at.line(), 1, Finding.Severity.ERROR, message, hint);
        }
        String name = group.sharing.stream()
                .findFirst()
                .or(() -> group.files.stream().findFirst())
                .orElse("");
        return new Finding(group.labels.getOrDefault(name, name), 0, 0, Finding.Severity.ERROR, message, hint);
    }

    boolean hasTrials() {
        return !trials.isEmpty();
    }

    /**
     * Retries roll-backs that failed in part, when the next attempt is due.
     *
     * @return whether something changed: all is restored, or another error is in the way
     */
    boolean repair() {
        if (unfinished.isEmpty() || clock.instant().isBefore(nextRepair)) {
            return false;
        }
        List<Finding> before = problems();
        unfinished.removeIf(RouteTransaction::repair);
        repairs++;
        nextRepair = clock.instant().plus(REPAIRS.bound(repairs));
        return unfinished.isEmpty() || !problems().equals(before);
    }

    /**
     * The result of judging definitions on trial: changes that were rolled back, routes that were restored, and files
     * that have proven good.
     */
    record Judgement(List<Refusal> refusals, Set<String> restored, Set<String> proven) {}

    /** Judges the new definitions by how their first exchanges ended. */
    Judgement judge() {
        List<Refusal> refusals = new ArrayList<>();
        Set<String> restored = new HashSet<>();
        Set<String> proven = new HashSet<>();
        for (RouteTransaction trial : List.copyOf(trials)) {
            TransactionPlan group = trial.plan();
            Optional<RouteUnit> failed = group.start.stream()
                    .filter(unit -> failsWhereBeforeSucceeded(group, unit))
                    .findFirst();
            if (failed.isPresent()) {
                trials.remove(trial);
                refusals.add(takeBack(trial, failed.get()));
                restored.addAll(group.before.keySet());
            } else if (group.start.stream().allMatch(unit -> isProven(group, unit))) {
                trials.remove(trial);
                proven.addAll(group.files);
            }
        }
        return new Judgement(refusals, restored, proven);
    }

    private Refusal takeBack(RouteTransaction trial, RouteUnit failed) {
        String reason = outcomes(failed).earlyFailure().orElseThrow();
        trial.rollBack();
        return refusal(trial, failed, "the route '" + failed.id() + "' fails where it succeeded before: " + reason);
    }

    private RouteOutcomes outcomes(RouteUnit unit) {
        return Objects.requireNonNull(running.get(unit.id()), unit.id()).outcomes();
    }

    private boolean failsWhereBeforeSucceeded(TransactionPlan group, RouteUnit unit) {
        return isComparable(group, unit) && outcomes(unit).earlyFailure().isPresent();
    }

    private boolean isComparable(TransactionPlan group, RouteUnit unit) {
        Running before = group.before.get(unit.id());
        return running.containsKey(unit.id())
                && before != null
                && before.outcomes().succeeds();
    }

    private boolean isProven(TransactionPlan group, RouteUnit unit) {
        if (!isComparable(group, unit)) {
            return true;
        }
        RouteOutcomes outcomes = outcomes(unit);
        Instant now = clock.instant();
        return outcomes.done() >= trialExchanges
                || outcomes.firstDone()
                        .filter(first -> now.isAfter(first.plus(trialTime)))
                        .isPresent();
    }
}
