package io.github.dtstream.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares the router's gaps with its journal. A gap that the router calls closed must be complete: every event of that
 * time must be in the journal then. Later the event may come by another way, and nobody would notice that the gap was
 * closed too early. Used by one thread.
 */
final class GapWatch {
    /** Events of different devices need not be in order. */
    private static final Duration ABOUT = Duration.ofSeconds(2);

    private final SimulatedCloud cloud;
    private final JournalFiles journal;
    private final Set<Long> seen = new HashSet<>();
    private final List<String> falselyClosed = new ArrayList<>();

    GapWatch(SimulatedCloud cloud, JournalFiles journal) {
        this.cloud = cloud;
        this.journal = journal;
    }

    /**
     * A gap in the router's list.
     *
     * @param to {@link Instant#MAX} while it has no end
     */
    private record Span(long id, String state, Instant from, Instant to, String text) {

        static List<Span> of(JsonNode gaps) {
            List<Span> spans = new ArrayList<>();
            for (JsonNode ofStream : gaps) {
                for (JsonNode gap : ofStream) {
                    spans.add(of(gap, gap.path("to").asText()));
                }
            }
            return spans;
        }

        private static Span of(JsonNode gap, String to) {
            return new Span(
                    gap.path("id").asLong(),
                    gap.path("state").asText(),
                    Instant.parse(gap.path("from").asText()),
                    to.isEmpty() ? Instant.MAX : Instant.parse(to),
                    gap.toString());
        }

        boolean isClosed() {
            return state.equals("closed");
        }

        /** Whether an event happened, and reached the cloud, within the gap. */
        boolean holds(SimulatedEvent event) {
            return isIn(event.timestamp()) && isIn(event.produced());
        }

        private boolean isIn(Instant time) {
            return time.isAfter(from) && time.isBefore(to);
        }

        /** Whether an event happened within the gap, or near its beginning or end. */
        boolean reaches(SimulatedEvent event) {
            Instant time = event.timestamp();
            return time.plus(ABOUT).isAfter(from) && time.isBefore(to == Instant.MAX ? to : to.plus(ABOUT));
        }
    }

    /**
     * Checks the gaps that were closed since the last call.
     *
     * @param gaps the router's gaps, by stream
     */
    void look(JsonNode gaps) throws IOException {
        List<Span> closed = Span.of(gaps).stream()
                .filter(span -> span.isClosed() && seen.add(span.id()))
                .toList();
        if (!closed.isEmpty()) {
            Set<String> there = journal.identifiers();
            closed.forEach(span -> compare(span, there));
        }
    }

    /** The events that are not within a gap that is still to be filled. */
    List<SimulatedEvent> outsideOfOpenGaps(List<SimulatedEvent> events, JsonNode gaps) {
        List<Span> open =
                Span.of(gaps).stream().filter(span -> !span.isClosed()).toList();
        return events.stream()
                .filter(event -> open.stream().noneMatch(span -> span.reaches(event)))
                .toList();
    }

    private void compare(Span span, Set<String> there) {
        List<String> missing = cloud.produced().stream()
                .filter(span::holds)
                .map(SimulatedEvent::eventId)
                .filter(id -> !there.contains(id))
                .toList();
        if (!missing.isEmpty()) {
            falselyClosed.add(span.text() + " closed without " + missing.size() + " events, such as " + missing.get(0));
        }
    }

    /** The gaps that were closed while events of them were missing, in words. */
    List<String> falselyClosed() {
        return List.copyOf(falselyClosed);
    }
}
