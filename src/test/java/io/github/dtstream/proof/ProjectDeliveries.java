package io.github.dtstream.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What several routers delivered of one project, or of a part of it that one router delivers at a time. Not thread-safe.
 *
 * <p>Repetitions are counted by router and term. A term of a router begins with its first delivery, with its first one
 * after another router delivered something new, and with its first one after its process was started again. So the router
 * that takes a stream over, and the one that lost it and finishes what it had begun, have a term each.
 */
final class ProjectDeliveries {
    private final String name;
    private final Set<String> seen = new LinkedHashSet<>();
    /** When new events came; ascending. */
    private final List<Long> arrivals = new ArrayList<>();

    private final Map<String, Term> terms = new HashMap<>();
    private final List<Term> all = new ArrayList<>();
    private @Nullable String holder;
    private int moves;

    private static final class Term {
        private final String node;
        private final int begun;
        private int moves;
        private int repeated;

        Term(String node, int begun) {
            this.node = node;
            this.begun = begun;
        }
    }

    ProjectDeliveries(String name) {
        this.name = name;
    }

    /** Returns whether the event is new. */
    boolean add(String node, String identifier) {
        boolean isNew = seen.add(identifier);
        Term term = terms.get(node);
        if (term == null || term.moves != moves) {
            term = new Term(node, seen.size());
            terms.put(node, term);
            all.add(term);
        }
        if (!isNew) {
            term.repeated++;
        } else if (!node.equals(holder)) {
            holder = node;
            moves++;
        }
        term.moves = moves;
        return isNew;
    }

    void newEventsCame(long nanos) {
        arrivals.add(nanos);
    }

    void ended(String node) {
        terms.remove(node);
    }

    Optional<String> holder() {
        return Optional.ofNullable(holder);
    }

    int moves() {
        return moves;
    }

    /** In the order in which they came first. */
    Set<String> identifiers() {
        return Collections.unmodifiableSet(seen);
    }

    Duration longestPause(long from, long to) {
        int found = Collections.binarySearch(arrivals, from);
        long longest = 0;
        long before = from;
        for (long arrival : arrivals.subList(found < 0 ? -found - 1 : found, arrivals.size())) {
            if (arrival > to) {
                break;
            }
            longest = Math.max(longest, arrival - before);
            before = arrival;
        }
        return Duration.ofNanos(Math.max(longest, to - before));
    }

    int mostRepeated() {
        return all.stream().mapToInt(term -> term.repeated).max().orElse(0);
    }

    int repeated() {
        return all.stream().mapToInt(term -> term.repeated).sum();
    }

    List<String> repeatedMoreThan(int batch) {
        return all.stream()
                .filter(term -> term.repeated > batch)
                .map(term -> "router " + term.node + " repeated " + term.repeated + " events of project " + name
                        + " in its term that began after " + term.begun + " events")
                .toList();
    }
}
