package io.github.dtstream.route.reload;

import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.route.model.RouteFiles;
import io.github.dtstream.route.model.RouteSet;
import io.github.dtstream.route.model.RouteUnit;
import io.github.dtstream.route.reload.RouteSwap.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files whose new content was rolled back. That content is not tried again until one of the files that were rolled
 * back together changes, or a setting that they use. Until then the previous text of such a file counts. Owned by the
 * reloader's thread.
 */
final class RolledBackFiles {
    private final Map<String, TakenBack> byName = new HashMap<>();

    /**
     * A file that was rolled back.
     *
     * @param content the content that was rolled back
     * @param ran the previous file; empty if there was none
     * @param refusal the refusal, which may be about several files
     */
    private record TakenBack(Content content, Optional<RouteFile> ran, Refusal refusal) {}

    /** The content of a file with its placeholders resolved, for comparison. */
    private record Content(String hash, Set<String> routes, String shared) {
        static Content of(RouteSet routes, String name) {
            Set<String> fingerprints = routes.units().stream()
                    .filter(unit -> unit.file().name().equals(name))
                    .map(RouteUnit::fingerprint)
                    .collect(Collectors.toSet());
            String hash = routes.files().named(name).map(RouteFile::hash).orElse("");
            return new Content(hash, fingerprints, routes.shared(name));
        }
    }

    void add(Refusal refusal, RouteSet routes) {
        refusal.ran().forEach((name, ran) -> byName.put(name, new TakenBack(Content.of(routes, name), ran, refusal)));
    }

    /**
     * Forgets files that have changed since they were rolled back, with those that were rolled back together with them.
     */
    void forgetChanged(RouteSet routes) {
        Set<Refusal> changed = byName.entrySet().stream()
                .filter(entry -> !entry.getValue().content().equals(Content.of(routes, entry.getKey())))
                .map(entry -> entry.getValue().refusal())
                .collect(Collectors.toSet());
        byName.values().removeIf(one -> changed.contains(one.refusal()));
    }

    void forgetAll() {
        byName.clear();
    }

    /** The files, with the previous text of those that were rolled back. */
    RouteFiles asBefore(RouteFiles files) {
        Stream<RouteFile> others = files.all().stream().filter(file -> !byName.containsKey(file.name()));
        Stream<RouteFile> before = byName.values().stream().flatMap(one -> one.ran().stream());
        return RouteFiles.of(files.directory(), Stream.concat(others, before).toList());
    }

    /** The files that were rolled back because of a setting: their own text has not changed. */
    Set<String> unchanged() {
        return byName.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .ran()
                        .filter(ran ->
                                ran.hash().equals(entry.getValue().content().hash()))
                        .isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** The reasons of the roll-backs. */
    List<Finding> findings() {
        return byName.values().stream()
                .map(one -> one.refusal().finding())
                .distinct()
                .toList();
    }
}
