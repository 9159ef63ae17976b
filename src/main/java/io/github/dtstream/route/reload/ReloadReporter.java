package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import io.github.dtstream.route.reload.ReloadStatus.Change;
import io.github.dtstream.route.reload.ReloadStatus.RouteState;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the outcome of edits to the log and to listeners, and keeps the status. {@link #status} and
 * {@link #addListener} may be called from any thread; the rest belongs to the reloader's thread.
 */
final class ReloadReporter {
    private static final Logger LOG = LoggerFactory.getLogger(RouteReloader.class);
    private static final int DIFF_LINES = 40;

    private final Clock clock;
    private final LastGood lastGood;
    private final List<ReloadListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Instant> since = new HashMap<>();

    /** Written by the reloading thread only. */
    private volatile ReloadStatus status;

    ReloadReporter(Clock clock, LastGood lastGood) {
        this.clock = clock;
        this.lastGood = lastGood;
        this.status = new ReloadStatus(
                clock.instant(), Change.LOADED, "no routes are loaded yet", List.of(), Set.of(), List.of(), Set.of());
    }

    ReloadStatus status() {
        return status;
    }

    void addListener(ReloadListener listener) {
        listeners.add(listener);
    }

    /** Notes that these routes have been loaded now. */
    void renewed(Collection<String> ids) {
        Instant now = clock.instant();
        ids.forEach(id -> since.put(id, now));
    }

    void publish(
            Change change,
            String summary,
            List<Finding> findings,
            Set<String> refused,
            Collection<Running> running,
            Set<String> missing) {
        Instant now = clock.instant();
        List<RouteState> routes = running.stream()
                .map(route -> new RouteState(
                        route.unit().id(),
                        route.unit().file().name(),
                        route.unit().included(),
                        since.computeIfAbsent(route.unit().id(), id -> now)))
                .toList();
        status = new ReloadStatus(now, change, summary, findings, refused, routes, missing);
        LOG.info("Routes: {}", summary);
        for (ReloadListener listener : listeners) {
            try {
                listener.changed(status);
            } catch (RuntimeException e) {
                LOG.warn("A listener to reloads failed", e);
            }
        }
    }

    void log(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.isError()) {
                LOG.error("{}", finding);
            } else {
                LOG.warn("{}", finding);
            }
        }
    }

    /** Logs findings, and the differences between the files with errors and the text that runs. */
    void logRefused(List<Finding> findings, RouteFiles files) {
        log(findings);
        Set<String> labels =
                findings.stream().filter(Finding::isError).map(Finding::file).collect(Collectors.toSet());
        files.all().stream()
                .filter(file -> labels.contains(file.label()))
                .forEach(file -> lastGood.text(file.name())
                        .filter(good -> !good.equals(file.text()))
                        .ifPresent(good -> {
                            LOG.warn("{} differs from what runs:", file.label());
                            UnifiedDiff.of(good, file.text(), DIFF_LINES)
                                    .lines()
                                    .forEach(line -> LOG.warn("{}", line));
                        }));
    }
}
