package io.github.dtstream.route;

import io.github.dtstream.route.LiveRoutes.Running;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What changes together, and is taken back together: mostly the routes of one file. Owned by the reloader's thread. */
final class SwapGroup {
    final Set<String> files = new HashSet<>();
    final List<Running> stop = new ArrayList<>();
    final List<RouteUnit> start = new ArrayList<>();
    /** What to go back to. */
    final Map<String, Running> before = new LinkedHashMap<>();

    @Nullable
    Shared sharedBefore;

    /** The route configurations and templates that are in effect. */
    record Shared(String fingerprint, Collection<RouteFile> files, Map<String, String> values) {}

    RouteSwap.Refusal refusal(RouteUnit at, String message) {
        boolean had = !before.isEmpty();
        String hint = had ? "what ran before runs again; mend the file and save it" : "mend the file and save it";
        Finding finding = new Finding(at.file().label(), at.line(), 1, Finding.Severity.ERROR, message, hint);
        return new RouteSwap.Refusal(Set.copyOf(files), finding);
    }
}
