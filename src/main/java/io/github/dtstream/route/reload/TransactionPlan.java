package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.LiveRoutes.Running;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a {@link RouteTransaction}: what changes, or is rolled back, together; mostly the routes of one file.
 * Owned by the reloader's thread.
 */
final class TransactionPlan {
    /** The names of the files whose routes change. */
    final Set<String> files = new HashSet<>();
    /** The previous content of the files that change, by name; empty if there was no such file. */
    final Map<String, Optional<RouteFile>> changed = new HashMap<>();

    /** The names of those files in messages, by file name. */
    final Map<String, String> labels = new HashMap<>();
    /** The names of those files that share something with routes of other files, before or after the change. */
    final Set<String> sharing = new TreeSet<>();

    final List<Running> stop = new ArrayList<>();
    final List<RouteUnit> start = new ArrayList<>();
    /** The routes that a roll-back restores. */
    final Map<String, Running> before = new LinkedHashMap<>();

    /** The shared items after the change; null if they do not change. */
    @Nullable
    Shared shared;

    /** The shared items that a roll-back restores. */
    @Nullable
    Shared sharedBefore;

    /** The route configurations, templates and shared beans that are in effect. */
    record Shared(String fingerprint, Collection<RouteFile> files, Map<String, String> values) {}
}
