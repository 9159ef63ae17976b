package io.github.dtstream.route;

import io.github.dtstream.route.RouteSwap.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The files whose content was in effect and was taken back. It is not tried again until the file, or a value that it uses,
 * is another one. Owned by the reloader's thread.
 */
final class TakenBackFiles {
    private final Map<String, TakenBack> byName = new HashMap<>();

    /** Content that is not tried again. */
    private record TakenBack(String hash, Set<String> fingerprints, Finding finding) {}

    void add(Refusal refusal, RouteSet routes) {
        refusal.files().forEach(name -> byName.put(name, contentOf(routes, name, refusal.finding())));
    }

    /** Forgets what has changed since it was taken back. */
    void forgetChanged(RouteSet routes) {
        byName.entrySet().removeIf(entry -> {
            TakenBack before = entry.getValue();
            return !before.equals(contentOf(routes, entry.getKey(), before.finding()));
        });
    }

    private static TakenBack contentOf(RouteSet routes, String name, Finding finding) {
        Set<String> fingerprints = routes.units().stream()
                .filter(unit -> unit.file().name().equals(name))
                .map(RouteUnit::fingerprint)
                .collect(Collectors.toSet());
        return new TakenBack(routes.files().named(name).map(RouteFile::hash).orElse(""), fingerprints, finding);
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** Why they were taken back. */
    List<Finding> findings() {
        return byName.values().stream().map(TakenBack::finding).distinct().toList();
    }
}
