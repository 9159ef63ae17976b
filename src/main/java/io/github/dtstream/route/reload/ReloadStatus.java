package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of the route files. Immutable. With complaints the router is degraded, not down: the routes of before run on,
 * unless some are missing.
 *
 * @param at since when it stands so
 * @param change what brought it about
 * @param summary the same as a sentence for a person
 * @param findings what is wrong with the files as they are now; warnings included
 * @param refused the names of files whose content is not what runs
 * @param routes every route, in the order of files and lines
 * @param missing the ids of routes that ran before a change, were stopped for it, and cannot be put back; it is tried again
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

    /** What happened last. */
    public enum Change {
        /** The routes were loaded at the start. */
        LOADED,
        /** A change of the files is in effect. */
        APPLIED,
        /** A change of the files was refused; nothing running was touched. */
        REFUSED,
        /** A change was in effect and was taken back. */
        ROLLED_BACK,
        /** The files are in order again; what was complained of is withdrawn. */
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

    /** Whether there is something for a person to mend. */
    public boolean isDegraded() {
        return !refused.isEmpty() || findings.stream().anyMatch(Finding::isError);
    }
}
