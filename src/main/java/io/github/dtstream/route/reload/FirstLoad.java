package io.github.dtstream.route.reload;

import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.check.RouteValidator.Verdict;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.Finding.Severity;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.text.FailureReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Loads the routes at the start. Used by one thread. */
final class FirstLoad {
    private final Path directory;
    private final RouteValidator validator;
    private final LiveRoutes live;
    private final RouteSwap swap;
    private final RuleSwap rules;
    private final LastGood lastGood;

    FirstLoad(
            Path directory,
            RouteValidator validator,
            LiveRoutes live,
            RouteSwap swap,
            RuleSwap rules,
            LastGood lastGood) {
        this.directory = directory;
        this.validator = validator;
        this.live = live;
        this.swap = swap;
        this.rules = rules;
        this.lastGood = lastGood;
    }

    /**
     * The result of loading.
     *
     * @param seen the files as they were read
     * @param routes the routes that were loaded
     * @param findings errors and warnings about the files as they were read
     * @param broken the names of files that were replaced by their last good text, or left out
     * @param unchecked whether the files still need to be checked
     */
    record Outcome(Snapshot seen, RouteSet routes, List<Finding> findings, Set<String> broken, boolean unchecked) {}

    /**
     * Checks and loads the files.
     *
     * @param lenient whether a broken file is replaced by its last good text, or left out; otherwise, and where none of
     *     the files ever ran, it is an error
     */
    Outcome checked(Snapshot now, boolean lenient) throws InvalidRoutesException {
        Verdict verdict = check(now);
        if (verdict.isGood()) {
            return loaded(now, verdict, verdict.findings(), Set.of(), false);
        }
        if (!lenient || !lastGood.holdsAnyOf(now.files())) {
            throw new InvalidRoutesException(verdict.findings());
        }
        Verdict usable = usable(now, verdict).orElse(verdict);
        if (!usable.isGood()) {
            throw new InvalidRoutesException(verdict.findings());
        }
        return loaded(now, usable, verdict.findings(), others(now.files(), usable), false);
    }

    /** The routes of as many files as can run together, as near as can be to what the files say; empty if none can. */
    private Optional<Verdict> usable(Snapshot now, Verdict asTheyAre) {
        Set<String> broken = labelsOfErrors(asTheyAre);
        Verdict verdict = check(new Snapshot(asBefore(now.files(), broken, broken), now.values()));
        // A file may need what another one has no longer; as they all ran last, they fit together.
        return verdict.isGood()
                ? Optional.of(verdict)
                : withoutBroken(now, asBefore(now.files(), labels(now.files()), broken));
    }

    private Optional<Verdict> withoutBroken(Snapshot now, RouteFiles all) {
        RouteFiles files = all;
        Verdict verdict = check(new Snapshot(files, now.values()));
        while (!verdict.isGood()) {
            RouteFiles fewer = without(files, labelsOfErrors(verdict));
            if (fewer.routes().isEmpty() || fewer.all().size() == files.all().size()) {
                return Optional.empty();
            }
            files = fewer;
            verdict = check(new Snapshot(files, now.values()));
        }
        return Optional.of(verdict);
    }

    private static Set<String> labels(RouteFiles files) {
        return files.all().stream().map(RouteFile::label).collect(Collectors.toSet());
    }

    private static Set<String> labelsOfErrors(Verdict verdict) {
        return verdict.findings().stream()
                .filter(Finding::isError)
                .map(Finding::file)
                .collect(Collectors.toSet());
    }

    /**
     * The files with the last good texts of some of them.
     *
     * @param replaced the labels of these
     * @param dispensable the labels of those that are left out if they have no last good text
     */
    private RouteFiles asBefore(RouteFiles files, Set<String> replaced, Set<String> dispensable) {
        List<RouteFile> before = new ArrayList<>();
        for (RouteFile file : files.all()) {
            Optional<String> good =
                    replaced.contains(file.label()) ? lastGood.text(file.name()) : Optional.of(file.text());
            if (good.isPresent() || !dispensable.contains(file.label())) {
                before.add(good.map(file::withText).orElse(file));
            }
        }
        return RouteFiles.of(files.directory(), before);
    }

    private static RouteFiles without(RouteFiles files, Set<String> labels) {
        return RouteFiles.of(
                files.directory(),
                files.all().stream()
                        .filter(file -> !labels.contains(file.label()))
                        .toList());
    }

    /** The names of the files that do not run as they are. */
    private static Set<String> others(RouteFiles files, Verdict running) {
        return files.all().stream()
                .filter(file -> running.routes()
                        .files()
                        .named(file.name())
                        .filter(file::equals)
                        .isEmpty())
                .map(RouteFile::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Loads what ran before, as the routes of the files do not start.
     *
     * @param reason why they do not
     */
    Outcome before(Snapshot now, String reason) throws InvalidRoutesException {
        Verdict asTheyAre = check(now);
        Set<String> broken = labelsOfErrors(asTheyAre);
        Set<String> all = labels(now.files());
        Optional<Verdict> before = withoutBroken(now, asBefore(now.files(), all, all));
        if (before.isEmpty()) {
            throw new InvalidRoutesException(asTheyAre.findings());
        }
        Set<String> others = others(now.files(), before.get());
        List<Finding> findings = new ArrayList<>(asTheyAre.findings());
        // Camel does not tell reliably in which file the reason is.
        now.files().all().stream()
                .filter(file -> others.contains(file.name()) && !broken.contains(file.label()))
                .map(file -> unstartable(file, reason))
                .forEach(findings::add);
        return loaded(now, before.get(), findings, others, false);
    }

    private static Finding unstartable(RouteFile file, String reason) {
        return new Finding(
                file.label(),
                0,
                0,
                Severity.ERROR,
                "this file or another one that changed does not start: " + reason,
                "what ran before runs; mend it and save it");
    }

    /** Whether files ran before with other texts than the loaded ones. */
    boolean ranOtherwise(Outcome outcome) {
        RouteFiles files = outcome.routes().files();
        return lastGood.holdsAnyOf(files) && !lastGood.holds(files);
    }

    /** Loads files that ran before without checking them; empty if one has changed since. */
    Optional<Outcome> known(Snapshot now) throws InvalidRoutesException {
        if (!lastGood.holds(now.files())) {
            return Optional.empty();
        }
        Verdict verdict = trust(now);
        if (!verdict.isGood()) {
            return Optional.empty();
        }
        try {
            return Optional.of(loaded(now, verdict, List.of(), Set.of(), true));
        } catch (InvalidRoutesException e) {
            requireValid(now);
            throw e;
        }
    }

    /** Keeps the texts of routes that were loaded and run now: until then nobody knows whether they start. */
    void keep(Outcome outcome) {
        outcome.routes().files().all().stream()
                .filter(file -> !outcome.broken().contains(file.name()))
                .forEach(lastGood::keep);
    }

    void requireValid(Snapshot now) throws InvalidRoutesException {
        Verdict verdict = check(now);
        if (!verdict.isGood()) {
            throw new InvalidRoutesException(verdict.findings());
        }
    }

    private Verdict check(Snapshot now) {
        try {
            return validator.check(now.files(), now.values());
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    private Verdict trust(Snapshot now) {
        try {
            return validator.trust(now.files(), now.values());
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    private Outcome loaded(Snapshot now, Verdict verdict, List<Finding> findings, Set<String> broken, boolean unchecked)
            throws InvalidRoutesException {
        try {
            swap.load(verdict.routes(), now.values());
            rules.load(verdict.rules());
        } catch (Exception e) {
            String reason = "the routes cannot be loaded: " + FailureReason.of(e);
            throw new InvalidRoutesException(
                    List.of(new Finding(directory.toString(), 0, 0, Severity.ERROR, reason, null)));
        }
        return new Outcome(now, verdict.routes(), findings, broken, unchecked);
    }
}
