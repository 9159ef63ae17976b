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
 * The files whose new content was taken back. That content is not tried again until one of the files that were taken back
 * together, or a setting that they use, changes. Until then a file counts with its text from before. Owned by the reloader's
 * thread.
 */
final class RolledBackFiles {
    private final Map<String, TakenBack> byName = new HashMap<>();

    /**
     * A file that is not tried again.
     *
     * @param content what was taken back
     * @param ran the file as it was before; empty if there was none
     * @param refusal what it was taken back by, together with others
     */
    private record TakenBack(Content content, Optional<RouteFile> ran, Refusal refusal) {}

    /** What a file says, with its values. */
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

    /** Forgets what has changed since it was taken back. */
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

    /** The files; of those that were taken back, the text from before. */
    RouteFiles asBefore(RouteFiles files) {
        Stream<RouteFile> others = files.all().stream().filter(file -> !byName.containsKey(file.name()));
        Stream<RouteFile> before = byName.values().stream().flatMap(one -> one.ran().stream());
        return RouteFiles.of(files.directory(), Stream.concat(others, before).toList());
    }

    /** The files that were taken back because of a setting: their own text is the same as before. */
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

    /** Why they were taken back. */
    List<Finding> findings() {
        return byName.values().stream()
                .map(one -> one.refusal().finding())
                .distinct()
                .toList();
    }
}
