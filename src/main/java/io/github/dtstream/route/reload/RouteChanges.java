package io.github.dtstream.route.reload;

import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.route.reload.RouteSwap.Judgement;
import io.github.dtstream.route.reload.RouteSwap.Refusal;
import io.github.dtstream.text.FailureReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about a change of the route files: it is refused as a whole before anything is touched, or put into effect
 * and perhaps rolled back. Not thread-safe: the reloader's thread owns it.
 */
final class RouteChanges {
    private static final Logger LOG = LoggerFactory.getLogger(RouteChanges.class);

    private final ReloadSettings settings;
    private final RouteValidator validator;
    private final RouteGate gate;
    private final Supplier<Map<String, String>> properties;
    private final LiveRoutes live;
    private final RouteSwap swap;
    private final RuleSwap rules;
    private final LastGood lastGood;
    private final ReloadReporter news;
    private final RolledBackFiles takenBack = new RolledBackFiles();

    /** The files that were read last, accepted or not. */
    private @Nullable Snapshot seen;
    /** What the gate read beside that. */
    private Object gateInput = "";

    /** The routes that were accepted last. */
    private @Nullable RouteSet accepted;
    /** The findings of the last check. */
    private List<Finding> findings = List.of();

    /** The ids of routes that cannot be restored yet. */
    private Set<String> repairing = Set.of();

    /** Whether the check of the routes was left out at the start, as they had run before. */
    private boolean unchecked;

    RouteChanges(
            ReloadSettings settings,
            RouteValidator validator,
            RouteGate gate,
            Supplier<Map<String, String>> properties,
            LiveRoutes live,
            RouteSwap swap,
            RuleSwap rules,
            LastGood lastGood,
            ReloadReporter news) {
        this.settings = settings;
        this.validator = validator;
        this.gate = gate;
        this.properties = properties;
        this.live = live;
        this.swap = swap;
        this.rules = rules;
        this.lastGood = lastGood;
        this.news = news;
    }

    /** Begins with the routes that have been loaded. */
    void beginWith(FirstLoad.Outcome outcome) {
        seen = outcome.seen();
        gateInput = gate.input(settings.directory());
        accepted = outcome.routes();
        findings = outcome.findings();
        unchecked = outcome.unchecked();
        news.logRefused(findings, outcome.seen().files());
        publish(Change.LOADED, loaded() + instead(outcome), outcome.broken());
    }

    private String loaded() {
        Set<String> on = ids(true);
        Set<String> off = ids(false);
        String routes = on.size() == 1 ? "1 route is loaded" : on.size() + " routes are loaded";
        List<String> alarms = rules.names();
        return routes
                + (on.isEmpty() ? "" : ": " + String.join(", ", on))
                + (off.isEmpty() ? "" : "; left out by their precondition: " + String.join(", ", off))
                + (alarms.isEmpty() ? "" : "; alarm rules in force: " + String.join(", ", alarms));
    }

    /** Says which files do not run as they are; empty if all do. */
    private static String instead(FirstLoad.Outcome outcome) {
        RouteFiles running = outcome.routes().files();
        return named(
                        "; with the text that ran before: ",
                        outcome.broken(),
                        name -> running.named(name).isPresent())
                + named(
                        "; without: ",
                        outcome.broken(),
                        name -> running.named(name).isEmpty());
    }

    private static String named(String words, Set<String> names, Predicate<String> which) {
        String list = names.stream().filter(which).sorted().collect(Collectors.joining(", "));
        return list.isEmpty() ? "" : words + list;
    }

    /** The ids of the running routes, or of those whose precondition does not hold. */
    private Set<String> ids(boolean included) {
        return swap.running().stream()
                .map(LiveRoutes.Running::unit)
                .filter(unit -> unit.included() == included)
                .map(RouteUnit::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Reads the files, and acts if they have changed. */
    void look() {
        lookAt(read());
    }

    /** Does the check that was left out at the start, while the routes run. */
    void checkLate() {
        Snapshot now = seen;
        if (!unchecked || now == null) {
            return;
        }
        unchecked = false;
        List<Finding> found = check(now).findings();
        if (found.stream().anyMatch(Finding::isError)) {
            complain(found);
        } else {
            findings = found;
            news.log(found);
        }
    }

    private RouteValidator.Verdict check(Snapshot now) {
        try {
            return validator.check(now.files(), now.values());
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    private @Nullable Snapshot read() {
        RouteFiles files;
        try {
            files = RouteFiles.read(settings.directory());
        } catch (IOException e) {
            complain(List.of(
                    new Finding(settings.directory().toString(), 0, 0, Severity.ERROR, "cannot be read: " + e, null)));
            return null;
        }
        try {
            return new Snapshot(files, properties.get());
        } catch (RuntimeException e) {
            String place = Objects.toString(settings.propertiesFile(), "properties");
            complain(List.of(new Finding(place, 0, 0, Severity.ERROR, FailureReason.of(e), null)));
            return null;
        }
    }

    private void lookAt(@Nullable Snapshot now) {
        Object input = gate.input(settings.directory());
        if (now == null) {
            // Reading the files again must withdraw the error, even if they have not changed.
            seen = null;
        } else if (!now.equals(seen) || !input.equals(gateInput)) {
            seen = now;
            gateInput = input;
            unchecked = false;
            try {
                consider(now);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                LOG.error("A change of the routes failed unexpectedly", e);
                String reason = "the change failed unexpectedly: " + FailureReason.of(e);
                complain(List.of(new Finding(
                        settings.directory().toString(), 0, 0, Severity.ERROR, reason, "save a file to try again")));
            }
        }
    }

    private void consider(Snapshot now) {
        RouteValidator.Verdict verdict = check(now);
        List<Finding> found = new ArrayList<>(verdict.findings());
        if (verdict.isGood()) {
            found.addAll(gate.check(settings.directory(), now.values()));
            live.reclaimSimpleLanguage();
        }
        if (found.stream().anyMatch(Finding::isError)) {
            complain(found);
            return;
        }
        boolean complained = news.status().isDegraded();
        findings = found;
        accepted = verdict.routes();
        takenBack.forgetChanged(verdict.routes());
        Set<String> before = ids(true);
        RouteSwap.Result result = swap.apply(wanted(verdict.routes(), now), now.values(), takenBack.unchanged());
        Optional<String> edit = rules.apply(verdict.rules(), now.files());
        report(result, edit, complained, before);
    }

    /** The routes of the files, with the previous text of files that were rolled back. */
    private RouteSet wanted(RouteSet routes, Snapshot now) {
        if (takenBack.isEmpty()) {
            return routes;
        }
        try {
            RouteValidator.Verdict mixed = validator.trust(takenBack.asBefore(now.files()), now.values());
            if (mixed.isGood()) {
                return mixed.routes();
            }
            // The previous texts do not fit the other files any more, so all files are tried as they are.
            takenBack.forgetAll();
            return routes;
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    private void report(RouteSwap.Result result, Optional<String> edit, boolean complained, Set<String> before) {
        news.renewed(result.changed());
        if (!result.refusals().isEmpty()) {
            edit.ifPresent(what -> LOG.info("In effect: {}", what));
            takeBack(result.refusals());
            return;
        }
        news.log(findings);
        news.log(rules.problems());
        String what = Stream.concat(Stream.of(difference(result, before)), edit.stream())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        what = what.isEmpty() ? "the routes are as they were" : what;
        if (!rules.problems().isEmpty()) {
            publish(Change.REFUSED, what + "; the alarm rules of before stay in force", takenBack.names());
        } else if (complained && takenBack.isEmpty() && swap.problems().isEmpty()) {
            publish(Change.MENDED, "the route files are in order again; " + what, Set.of());
        } else if (complained
                || edit.isPresent()
                || !result.changed().isEmpty()
                || !news.status().findings().equals(findings)) {
            publish(Change.APPLIED, what, takenBack.names());
        }
        judge();
    }

    private String difference(RouteSwap.Result result, Set<String> before) {
        Set<String> after = ids(true);
        List<String> parts = new ArrayList<>();
        addIds(parts, "changed", result.changed(), id -> before.contains(id) == after.contains(id));
        addIds(parts, "added", after, id -> !before.contains(id));
        addIds(parts, "removed", before, id -> !after.contains(id));
        return String.join("; ", parts);
    }

    private static void addIds(List<String> parts, String word, Set<String> ids, Predicate<String> which) {
        String named = ids.stream().filter(which).sorted().collect(Collectors.joining(", "));
        if (!named.isEmpty()) {
            parts.add(word + ": " + named);
        }
    }

    /**
     * Rolls back changes that have failed since, keeps the text of those that have proven good, and retries roll-backs
     * that failed in part.
     */
    void judge() {
        rules.retry()
                .ifPresent(edit -> publish(Change.MENDED, "what could not be written is: " + edit, takenBack.names()));
        if (swap.repair()) {
            news.renewed(repairing);
            tellOfRollBack();
        }
        Judgement judgement = swap.judge();
        RouteSet routes = accepted;
        if (!judgement.proven().isEmpty() && routes != null) {
            judgement.proven().forEach(name -> routes.files().named(name).ifPresent(lastGood::keep));
        }
        if (!judgement.refusals().isEmpty()) {
            news.renewed(judgement.restored());
            takeBack(judgement.refusals());
        }
    }

    private void takeBack(List<Refusal> refusals) {
        RouteSet routes = Objects.requireNonNull(accepted);
        for (Refusal refusal : refusals) {
            takenBack.add(refusal, routes);
            news.logRefused(List.of(refusal.finding()), routes.files());
        }
        tellOfRollBack();
    }

    private void tellOfRollBack() {
        Set<String> missing = swap.missing();
        repairing = missing;
        news.log(swap.problems());
        String what = swap.problems().isEmpty()
                ? "; what ran before runs again"
                : "; what ran before cannot all be put back, which is tried again"
                        + (missing.isEmpty() ? "" : "; not running: " + String.join(", ", missing));
        publish(Change.ROLLED_BACK, "taken back: " + String.join(", ", takenBack.names()) + what, takenBack.names());
    }

    /** Reports a change that is refused; nothing that runs was touched. */
    private void complain(List<Finding> found) {
        findings = List.copyOf(found);
        Set<String> refused = new TreeSet<>(takenBack.names());
        if (seen != null) {
            seen.files().all().stream()
                    .filter(file -> found.stream()
                            .anyMatch(one -> one.isError() && one.file().equals(file.label())))
                    .forEach(file -> refused.add(file.name()));
            news.logRefused(found, seen.files());
        } else {
            news.log(found);
        }
        publish(Change.REFUSED, "a change of the routes is not in effect; what ran before runs on", refused);
    }

    private void publish(Change change, String summary, Set<String> refused) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(takenBack.findings());
        all.addAll(swap.problems());
        all.addAll(rules.problems());
        news.publish(change, summary, all, refused, swap.running(), swap.missing());
    }
}
