package io.github.dtstream.route.reload;

import io.github.dtstream.alarm.change.AlarmRulesHost;
import io.github.dtstream.route.check.RouteValidator;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteGate;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.thread.ThreadEnd;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a context's routes and the alarm rules equal to the files of a directory, while exchanges flow. A change is
 * checked as a whole before anything that runs is touched; then only the routes whose definition changed are swapped. A
 * route that does not start, or that fails where its predecessor succeeded, is rolled back.
 *
 * <p>{@link #loadInitial} comes first, then {@link #started}, from one thread; after {@link #start} a thread of its own
 * does the rest.
 * {@link #status} and {@link #addListener} may be called from any thread.
 */
public final class RouteReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReloader.class);
    private static final int DIFF_LINES = 200;

    private final CamelContext context;
    private final ReloadSettings settings;
    private final Supplier<Map<String, String>> properties;
    private final Clock clock;
    private final Supervisor supervisor;
    private final RouteSwap swap;
    private final ReloadReporter news;
    private final LastGood lastGood;
    private final FirstLoad first;
    private final RouteChanges changes;

    /** The first routes. Owned by the thread that loads them. */
    private FirstLoad.@Nullable Outcome loaded;

    private @Nullable Thread thread;

    /**
     * @param validator checks every change
     * @param gate checks valid changes once more
     * @param alarms takes the alarm rules of the directory
     * @param properties gives the current values of placeholders, from all sources; if it throws, the properties file
     *     counts as broken
     * @param supervisor makes the thread
     */
    public RouteReloader(
            CamelContext context,
            ReloadSettings settings,
            RouteValidator validator,
            RouteGate gate,
            AlarmRulesHost alarms,
            Supplier<Map<String, String>> properties,
            Clock clock,
            Supervisor supervisor) {
        this.context = context;
        this.settings = settings;
        this.supervisor = supervisor;
        this.properties = properties;
        this.clock = clock;
        this.lastGood = new LastGood(settings.lastGoodDirectory());
        LiveRoutes live = new LiveRoutes(context, settings.stopTimeout());
        this.swap = new RouteSwap(live, clock, settings.trialExchanges(), settings.trialTime());
        this.news = new ReloadReporter(clock, lastGood);
        RuleSwap rules = new RuleSwap(alarms, lastGood, clock);
        this.first = new FirstLoad(settings.directory(), validator, live, swap, rules, lastGood);
        this.changes = new RouteChanges(settings, validator, gate, properties, live, swap, rules, lastGood, news);
    }

    public ReloadStatus status() {
        return news.status();
    }

    /**
     * A file: its current text, and the text that runs.
     *
     * @param now the file in the folder
     * @param running the text that runs; null if none does
     * @param diff the difference from the running text to that in the folder; empty if the file was not refused
     */
    public record FileState(
            String name, RouteFile now, @Nullable String running, String diff) {}

    /**
     * The files of the folder, with the texts that run.
     *
     * @throws IOException if the folder cannot be read
     */
    public List<FileState> files() throws IOException {
        Set<String> refused = status().refused();
        List<FileState> states = new ArrayList<>();
        for (RouteFile file : RouteFiles.read(settings.directory()).all()) {
            String text = file.text();
            String running =
                    refused.contains(file.name()) ? lastGood.text(file.name()).orElse(null) : text;
            String diff = running == null || running.equals(text) ? "" : UnifiedDiff.of(running, text, DIFF_LINES);
            states.add(new FileState(file.name(), file, running, diff));
        }
        return states;
    }

    public void addListener(ReloadListener listener) {
        news.addListener(listener);
    }

    /**
     * Loads the routes into the context, which may be started or not.
     *
     * @param lenient whether a broken file is replaced by its last good text, or left out, and reported; otherwise, and
     *     where none of the files ever ran, it is an error
     * @throws InvalidRoutesException with every finding, if a file is broken and it is not lenient, or nothing can run
     * @throws IOException if the directory cannot be read
     */
    public void loadInitial(boolean lenient) throws IOException, InvalidRoutesException {
        beginWith(first.checked(readNow(), lenient));
    }

    private void beginWith(FirstLoad.Outcome outcome) {
        changes.beginWith(outcome);
        loaded = outcome;
        if (context.isStarted()) {
            started();
        }
    }

    /**
     * Keeps the texts of the first routes as good ones. To be called once the context has started: a text that never ran must
     * not take the place of the one that did. If the context was started before the routes were loaded, they run already,
     * and no call is needed.
     */
    public void started() {
        FirstLoad.Outcome running = loaded;
        if (running != null) {
            first.keep(running);
        }
    }

    /**
     * Whether every route file has the text that ran last, so that {@link #loadKnown} can be used.
     *
     * @throws IOException if the directory cannot be read
     */
    public static boolean isKnown(ReloadSettings settings) throws IOException {
        return new LastGood(settings.lastGoodDirectory()).holds(RouteFiles.read(settings.directory()));
    }

    /**
     * Loads routes that ran before without checking them, as the check would take longer than the rest of the start.
     * {@link #requireValid} checks them if the context does not start, and the thread of {@link #start} checks them in
     * any case. Files that have changed meanwhile are checked at once, and loaded leniently.
     *
     * @throws InvalidRoutesException with every finding, if nothing can run
     * @throws IOException if the directory cannot be read
     */
    public void loadKnown() throws IOException, InvalidRoutesException {
        Snapshot now = readNow();
        Optional<FirstLoad.Outcome> known = first.known(now);
        beginWith(known.isPresent() ? known.get() : first.checked(now, true));
    }

    /**
     * Loads the texts that ran before, as the routes of the files did not start, and reports that.
     *
     * @param reason why they did not
     * @throws InvalidRoutesException with every finding, if these are not valid any more
     * @throws IOException if the directory cannot be read
     */
    public void loadBefore(String reason) throws IOException, InvalidRoutesException {
        beginWith(first.before(readNow(), reason));
    }

    /** Whether files ran before with other texts than those that were loaded, so that {@link #loadBefore} may help. */
    public boolean ranOtherwise() {
        return loaded != null && first.ranOtherwise(loaded);
    }

    /**
     * Checks the files as they are now, unless the routes that were loaded have been checked.
     *
     * @throws InvalidRoutesException with every finding, if a file is broken
     * @throws IOException if the directory cannot be read
     */
    public void requireValid() throws IOException, InvalidRoutesException {
        if (loaded == null || loaded.unchecked()) {
            first.requireValid(readNow());
        }
    }

    private Snapshot readNow() throws IOException {
        return Snapshot.read(settings.directory(), properties);
    }

    /** Starts the thread that watches the files. */
    public void start() {
        Thread started = supervisor.thread(
                "route-reloader", "changes of routes take no effect", AfterFailure.RESTART, this::run);
        thread = started;
        started.start();
    }

    /** Ends the watch; the routes go on. Waits for a swap that has begun. */
    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        ThreadEnd.await(running, settings.stopTimeout());
    }

    private void run() {
        try (RouteWatch watch = new RouteWatch(settings.directory(), settings.propertiesFile())) {
            follow(watch);
        } catch (InterruptedException e) {
            LOG.debug("Reloading ends");
        }
    }

    /** Puts changes into effect until the thread is interrupted. */
    void follow(RouteWatch watch) throws InterruptedException {
        // A file that was saved between the initial load and the watch counts as a change.
        settle(watch);
        changes.look();
        changes.checkLate();
        while (!Thread.currentThread().isInterrupted()) {
            if (watch.await(pause())) {
                settle(watch);
                changes.look();
            }
            changes.judge();
        }
    }

    private Duration pause() {
        Duration whileOnTrial = settings.settleTime();
        return swap.hasTrials() ? whileOnTrial : settings.pollInterval();
    }

    /** Waits until a burst of saves is over, but at most for the poll interval. */
    private void settle(RouteWatch watch) throws InterruptedException {
        Instant patience = clock.instant().plus(settings.pollInterval());
        while (watch.await(settings.settleTime()) && clock.instant().isBefore(patience)) {
            LOG.trace("Files still change");
        }
    }
}
