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
     * @param lenient whether a broken file is replaced by its last good text, or left out; otherwise it is an error
     */
    Outcome checked(Snapshot now, boolean lenient) throws InvalidRoutesException {
        Verdict verdict = check(now);
        List<Finding> findings = verdict.findings();
        Set<String> broken = new TreeSet<>();
        for (RouteFiles files = now.files(); !verdict.isGood(); verdict = check(new Snapshot(files, now.values()))) {
            if (!lenient) {
                throw new InvalidRoutesException(verdict.findings());
            }
            files = withoutBroken(files, verdict, broken);
        }
        return loaded(now, verdict, findings, broken, false);
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

    private RouteFiles withoutBroken(RouteFiles files, Verdict verdict, Set<String> broken) {
        Set<String> labels = verdict.findings().stream()
                .filter(Finding::isError)
                .map(Finding::file)
                .collect(Collectors.toSet());
        List<RouteFile> usable = new ArrayList<>();
        for (RouteFile file : files.all()) {
            if (!labels.contains(file.label())) {
                usable.add(file);
            } else if (broken.add(file.name())) {
                lastGood.text(file.name()).map(file::withText).ifPresent(usable::add);
            }
        }
        return RouteFiles.of(files.directory(), usable);
    }
}
