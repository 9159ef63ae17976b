package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The outcome of the last change of the route files. Immutable. With errors the router is degraded and not down: the
 * previous routes go on, unless some are missing.
 *
 * @param at the time of the change
 * @param change the kind of the change
 * @param summary a sentence for a person
 * @param findings errors and warnings about the current files
 * @param refused the names of files whose current content does not run
 * @param routes every route, in the order of files and lines
 * @param missing the ids of routes that were stopped for a change and cannot be restored yet; the reloader tries again
 */
public record ReloadStatus(
        Instant at,
        Change change,
        String summary,
        List<Finding> findings,
        Set<String> refused,
        List<RouteState> routes,
        Set<String> missing) {

    public ReloadStatus {
        findings = List.copyOf(findings);
        refused = Set.copyOf(new TreeSet<>(refused));
        routes = List.copyOf(routes);
        missing = Set.copyOf(missing);
    }

    /** The kinds of changes. */
    public enum Change {
        /** The routes were loaded at the start. */
        LOADED,
        /** A change of the files is in effect. */
        APPLIED,
        /** A change of the files was refused; nothing running was touched. */
        REFUSED,
        /** A change was in effect and was rolled back. */
        ROLLED_BACK,
        /** The files are valid again after an error. */
        MENDED
    }

    /**
     * One route.
     *
     * @param id the route's id
     * @param file the name of its file
     * @param enabled whether its precondition holds
     * @param since when this definition of it was loaded
     */
    public record RouteState(String id, String file, boolean enabled, Instant since) {}

    /** Whether a person has to mend something. */
    public boolean isDegraded() {
        return !refused.isEmpty() || findings.stream().anyMatch(Finding::isError);
    }
}
