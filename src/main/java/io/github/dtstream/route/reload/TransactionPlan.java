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
 * The plan of a {@link RouteTransaction}: what changes together, and is taken back together, mostly the routes of one file.
 * Owned by the reloader's thread.
 */
final class TransactionPlan {
    /** The names of the files whose routes it concerns. */
    final Set<String> files = new HashSet<>();
    /** The files whose content is another one, by name, as they were; empty where there was none. */
    final Map<String, Optional<RouteFile>> changed = new HashMap<>();

    /** How messages name those files, by name. */
    final Map<String, String> labels = new HashMap<>();
    /** The names of those of them that share something with the routes of others, before or now. */
    final Set<String> sharing = new TreeSet<>();

    final List<Running> stop = new ArrayList<>();
    final List<RouteUnit> start = new ArrayList<>();
    /** What to go back to. */
    final Map<String, Running> before = new LinkedHashMap<>();

    /** What is shared from now on; null if that does not change. */
    @Nullable
    Shared shared;

    /** What to go back to of it. */
    @Nullable
    Shared sharedBefore;

    /** The route configurations, templates and shared beans that are in effect. */
    record Shared(String fingerprint, Collection<RouteFile> files, Map<String, String> values) {}
}
