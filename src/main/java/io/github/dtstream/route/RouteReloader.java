package io.github.dtstream.route;

import io.github.dtstream.route.Finding.Severity;
import io.github.dtstream.route.ReloadStatus.Change;
import io.github.dtstream.route.ReloadStatus.RouteState;
import io.github.dtstream.route.RouteSwap.Judgement;
import io.github.dtstream.route.RouteSwap.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a context's routes as the files of a directory say, while exchanges flow. A change is checked as a whole before
 * anything running is touched; then only the routes are swapped whose definition is another one. What does not start, or
 * fails where its predecessor succeeded, is taken back.
 *
 * <p>{@link #loadInitial} comes first, from one thread; after {@link #start} a thread of its own does the rest.
 * {@link #status} and {@link #addListener} may be called from any thread.
 */
public final class RouteReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReloader.class);
    private static final int DIFF_LINES = 40;

    private final ReloadSettings settings;
    private final RouteValidator validator;
    private final RouteGate gate;
    private final Supplier<Map<String, String>> properties;
    private final Clock clock;
    private final LiveRoutes live;
    private final RouteSwap swap;
    private final LastGood lastGood;
    private final List<ReloadListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Instant> since = new HashMap<>();

    /** Written by the reloading thread only. */
    private volatile ReloadStatus status;
    /** What was looked at last, accepted or not. */
    private @Nullable Seen seen;
    /** What was accepted last. */
    private @Nullable RouteSet accepted;
    /** What the last check found. */
    private List<Finding> findings = List.of();
    /** By file: what was taken back, until the file is another one. */
    private final Map<String, TakenBack> takenBack = new HashMap<>();

    /** Whether what runs was not checked at start, as it had run before. */
    private boolean unchecked;

    private @Nullable Thread thread;

    /**
     * @param validator checks every change
     * @param gate checks once more what is valid
     * @param properties the values of placeholders as they are now, from every source that counts; an exception of its own
     *     counts as a broken properties file
     */
    public RouteReloader(
            CamelContext context,
            ReloadSettings settings,
            RouteValidator validator,
            RouteGate gate,
            Supplier<Map<String, String>> properties,
            Clock clock) {
        this.settings = settings;
        this.validator = validator;
        this.gate = gate;
        this.properties = properties;
        this.clock = clock;
        this.lastGood = new LastGood(settings.lastGoodDirectory());
        this.live = new LiveRoutes(context, settings.stopTimeout());
        this.swap = new RouteSwap(live, clock, settings.trialExchanges(), settings.trialTime());
        this.status = new ReloadStatus(
                clock.instant(), Change.LOADED, "no routes are loaded yet", List.of(), Set.of(), List.of());
    }

    /** The files and values that a decision was about. */
    private record Seen(RouteFiles files, Map<String, String> values) {}

    /** Content of a file that is not tried again. */
    private record TakenBack(String hash, Set<String> fingerprints, Finding finding) {}

    public ReloadStatus status() {
        return status;
    }

    public void addListener(ReloadListener listener) {
        listeners.add(listener);
    }

    /**
     * Loads the routes into the context, which may be started or not.
     *
     * @param lenient whether a broken file is replaced by its last good text, or left out, and complained of; otherwise it
     *     is an error
     * @throws InvalidRoutesException with every finding, if a file is broken and it is not lenient
     * @throws IOException if the directory cannot be read
     */
    public void loadInitial(boolean lenient) throws IOException, InvalidRoutesException {
        Seen now = read(settings.directory());
        RouteValidator.Verdict verdict = check(now);
        findings = verdict.findings();
        Set<String> broken = new TreeSet<>();
        for (RouteFiles files = now.files(); !verdict.isGood(); verdict = check(new Seen(files, now.values()))) {
            if (!lenient) {
                throw new InvalidRoutesException(verdict.findings());
            }
            files = withoutBroken(files, verdict, broken);
        }
        loaded(now, verdict, broken);
    }

    /**
     * Whether every route file is the same as when it last ran; then {@link #loadKnown} does.
     *
     * @throws IOException if the directory cannot be read
     */
    public static boolean isKnown(ReloadSettings settings) throws IOException {
        return new LastGood(settings.lastGoodDirectory()).holds(RouteFiles.read(settings.directory()));
    }

    /**
     * Loads routes that ran before as they are, without the check, which would take longer than all the rest; it is made up
     * for by {@link #requireValid} where the context does not start with them, and in any case once {@link #start} is
     * called. Files that have changed meanwhile are checked.
     *
     * @throws InvalidRoutesException with every finding, if a file is broken
     * @throws IOException if the directory cannot be read
     */
    public void loadKnown() throws IOException, InvalidRoutesException {
        Seen now = read(settings.directory());
        if (!lastGood.holds(now.files())) {
            loadInitial(false);
            return;
        }
        RouteValidator.Verdict verdict = trust(now);
        if (!verdict.isGood()) {
            loadInitial(false);
            return;
        }
        try {
            loaded(now, verdict, Set.of());
            unchecked = true;
        } catch (InvalidRoutesException e) {
            requireValid();
            throw e;
        }
    }

    /**
     * Checks the files as they are now.
     *
     * @throws InvalidRoutesException with every finding, if a file is broken
     * @throws IOException if the directory cannot be read
     */
    public void requireValid() throws IOException, InvalidRoutesException {
        RouteValidator.Verdict verdict = check(read(settings.directory()));
        if (!verdict.isGood()) {
            throw new InvalidRoutesException(verdict.findings());
        }
    }

    private Seen read(Path directory) throws IOException {
        return new Seen(RouteFiles.read(directory), Map.copyOf(properties.get()));
    }

    private void loaded(Seen now, RouteValidator.Verdict verdict, Set<String> broken) throws InvalidRoutesException {
        load(verdict.routes(), now.values());
        seen = now;
        accepted = verdict.routes();
        keepGood(verdict.routes().files(), broken);
        findings.forEach(RouteReloader::log);
        publish(Change.LOADED, swap.running().size() + " routes are loaded", broken);
    }

    private RouteValidator.Verdict trust(Seen now) {
        try {
            return validator.trust(now.files(), now.values());
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    /** Makes up for the check that the start went without; the routes run meanwhile. */
    private void checkLate() {
        Seen now = seen;
        if (!unchecked || now == null) {
            return;
        }
        unchecked = false;
        List<Finding> found = check(now).findings();
        if (found.stream().anyMatch(Finding::isError)) {
            complain(found);
        } else {
            findings = found;
            found.forEach(RouteReloader::log);
        }
    }

    private RouteValidator.Verdict check(Seen now) {
        try {
            return validator.check(now.files(), now.values());
        } finally {
            live.reclaimSimpleLanguage();
        }
    }

    private void load(RouteSet routes, Map<String, String> values) throws InvalidRoutesException {
        try {
            swap.load(routes, values);
        } catch (Exception e) {
            String reason = "the routes cannot be loaded: " + ExpressionCheck.reason(e);
            String place = settings.directory().toString();
            throw new InvalidRoutesException(List.of(new Finding(place, 0, 0, Severity.ERROR, reason, null)));
        }
    }

    private RouteFiles withoutBroken(RouteFiles files, RouteValidator.Verdict verdict, Set<String> broken) {
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

    /** Begins to watch, in a thread of its own. */
    public void start() {
        Thread started = new Thread(this::run, "route-reloader");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Ends the watch; the routes stay as they are. Waits for a swap that is under way. */
    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(settings.stopTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (RouteWatch watch = new RouteWatch(settings.directory(), settings.propertiesFile())) {
            // What was saved between the initial load and the watch counts as a change.
            lookAt(settled(watch));
            checkLate();
            while (!Thread.currentThread().isInterrupted()) {
                if (watch.await(pause())) {
                    lookAt(settled(watch));
                }
                judge();
            }
        } catch (InterruptedException e) {
            LOG.debug("Reloading ends");
        }
    }

    private Duration pause() {
        Duration whileOnTrial = settings.settleTime();
        return swap.hasTrials() ? whileOnTrial : settings.pollInterval();
    }

    /** Waits until a burst of saves is over, but not for ever. */
    private @Nullable Seen settled(RouteWatch watch) throws InterruptedException {
        Instant patience = clock.instant().plus(settings.pollInterval());
        while (watch.await(settings.settleTime()) && clock.instant().isBefore(patience)) {
            LOG.trace("Files still change");
        }
        return read();
    }

    private @Nullable Seen read() {
        RouteFiles files;
        try {
            files = RouteFiles.read(settings.directory());
        } catch (IOException e) {
            complain(List.of(
                    new Finding(settings.directory().toString(), 0, 0, Severity.ERROR, "cannot be read: " + e, null)));
            return null;
        }
        try {
            return new Seen(files, Map.copyOf(properties.get()));
        } catch (RuntimeException e) {
            String place = Objects.toString(settings.propertiesFile(), "properties");
            complain(List.of(new Finding(place, 0, 0, Severity.ERROR, ExpressionCheck.reason(e), null)));
            return null;
        }
    }

    private void lookAt(@Nullable Seen now) {
        if (now == null) {
            // The complaint is withdrawn when the files can be read again, also if they are the same.
            seen = null;
        } else if (!now.equals(seen)) {
            seen = now;
            unchecked = false;
            try {
                consider(now);
            } catch (RuntimeException e) {
                LOG.error("A change of the routes could not be looked at; what runs goes on", e);
            }
        }
    }

    private void consider(Seen now) {
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
        boolean complained = status.isDegraded();
        findings = found;
        accepted = verdict.routes();
        takenBack.entrySet().removeIf(entry -> !entry.getValue().equals(fate(verdict.routes(), entry)));
        RouteSwap.Result result = swap.apply(verdict.routes(), now.values(), takenBack.keySet());
        report(result, complained);
    }

    /** What a file's entry would be if the file is still what was taken back. */
    private static TakenBack fate(RouteSet routes, Map.Entry<String, TakenBack> entry) {
        return takenBack(routes, entry.getKey(), entry.getValue().finding());
    }

    private static TakenBack takenBack(RouteSet routes, String name, Finding finding) {
        Set<String> fingerprints = routes.units().stream()
                .filter(unit -> unit.file().name().equals(name))
                .map(RouteUnit::fingerprint)
                .collect(Collectors.toSet());
        return new TakenBack(routes.files().named(name).map(RouteFile::hash).orElse(""), fingerprints, finding);
    }

    private void report(RouteSwap.Result result, boolean complained) {
        Instant now = clock.instant();
        result.changed().forEach(id -> since.put(id, now));
        if (!result.refusals().isEmpty()) {
            takeBack(result.refusals());
            return;
        }
        findings.forEach(RouteReloader::log);
        String what = result.changed().isEmpty()
                ? "the routes are as they were"
                : "changed: " + String.join(", ", new TreeSet<>(result.changed()));
        if (complained && takenBack.isEmpty()) {
            publish(Change.MENDED, "the route files are in order again; " + what, Set.of());
        } else if (complained
                || !result.changed().isEmpty()
                || !status.findings().equals(findings)) {
            publish(Change.APPLIED, what, takenBack.keySet());
        }
        judge();
    }

    private void judge() {
        Judgement judgement = swap.judge();
        RouteSet routes = accepted;
        if (!judgement.proven().isEmpty() && routes != null) {
            judgement.proven().forEach(name -> routes.files().named(name).ifPresent(lastGood::keep));
        }
        if (!judgement.refusals().isEmpty()) {
            Instant now = clock.instant();
            judgement
                    .refusals()
                    .forEach(refusal -> swap.running().stream()
                            .filter(route ->
                                    refusal.files().contains(route.unit().file().name()))
                            .forEach(route -> since.put(route.unit().id(), now)));
            takeBack(judgement.refusals());
        }
    }

    private void takeBack(List<Refusal> refusals) {
        RouteSet routes = Objects.requireNonNull(accepted);
        for (Refusal refusal : refusals) {
            refusal.files().forEach(name -> takenBack.put(name, takenBack(routes, name, refusal.finding())));
            logRefused(List.of(refusal.finding()), routes.files());
        }
        String what =
                refusals.stream().map(refusal -> refusal.finding().message()).collect(Collectors.joining("; "));
        publish(Change.ROLLED_BACK, what, takenBack.keySet());
    }

    /** Nothing running was touched. */
    private void complain(List<Finding> found) {
        findings = List.copyOf(found);
        Set<String> refused = new TreeSet<>(takenBack.keySet());
        if (seen != null) {
            seen.files().all().stream()
                    .filter(file -> found.stream()
                            .anyMatch(one -> one.isError() && one.file().equals(file.label())))
                    .forEach(file -> refused.add(file.name()));
            logRefused(found, seen.files());
        } else {
            found.forEach(RouteReloader::log);
        }
        publish(Change.REFUSED, "a change of the routes is not in effect; what ran before runs on", refused);
    }

    private void logRefused(List<Finding> found, RouteFiles files) {
        found.forEach(RouteReloader::log);
        Set<String> labels =
                found.stream().filter(Finding::isError).map(Finding::file).collect(Collectors.toSet());
        files.all().stream()
                .filter(file -> labels.contains(file.label()))
                .forEach(file -> lastGood.text(file.name())
                        .filter(good -> !good.equals(file.text()))
                        .ifPresent(good -> LOG.warn(
                                "{} differs from what runs:\n{}",
                                file.label(),
                                UnifiedDiff.of(good, file.text(), DIFF_LINES))));
    }

    private static void log(Finding finding) {
        if (finding.isError()) {
            LOG.error("{}", finding);
        } else {
            LOG.warn("{}", finding);
        }
    }

    private void keepGood(RouteFiles files, Set<String> except) {
        files.all().stream().filter(file -> !except.contains(file.name())).forEach(lastGood::keep);
    }

    private void publish(Change change, String summary, Set<String> refused) {
        Instant now = clock.instant();
        List<RouteState> routes = swap.running().stream()
                .map(route -> new RouteState(
                        route.unit().id(),
                        route.unit().file().name(),
                        route.unit().included(),
                        since.computeIfAbsent(route.unit().id(), id -> now)))
                .toList();
        List<Finding> all = new ArrayList<>(findings);
        takenBack.values().stream().map(TakenBack::finding).distinct().forEach(all::add);
        status = new ReloadStatus(now, change, summary, all, refused, routes);
        LOG.info("Routes: {}", summary);
        for (ReloadListener listener : listeners) {
            try {
                listener.changed(status);
            } catch (RuntimeException e) {
                LOG.warn("A listener to reloads failed", e);
            }
        }
    }
}
