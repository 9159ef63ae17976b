package io.github.dtstream.simulator;

import io.github.dtstream.simulator.device.SimulatedEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** The events of each device by their own time. Thread-safe. */
final class History {
    private static final Comparator<SimulatedEvent> BY_TIME =
            Comparator.comparingLong(SimulatedEvent::timestampMicros).thenComparingLong(SimulatedEvent::sequence);

    private final Clock clock;
    private final Duration retention;
    private final Map<String, NavigableSet<SimulatedEvent>> events = new ConcurrentHashMap<>();

    History(Clock clock, Duration retention) {
        this.clock = clock;
        this.retention = retention;
    }

    /**
     * The query of a page; both ends of the span are included.
     *
     * @param types the wanted event types; empty for all
     */
    record Query(String deviceId, Instant start, Instant end, Set<String> types) {}

    /** A position in a device's history: an event's own time, and its sequence number if several have that time. */
    record Place(Instant timestamp, long sequence) {}

    void add(SimulatedEvent event) {
        events.computeIfAbsent(event.deviceId(), id -> new ConcurrentSkipListSet<>(BY_TIME))
                .add(event);
    }

    void remove(SimulatedEvent event) {
        NavigableSet<SimulatedEvent> of = events.get(event.deviceId());
        if (of != null) {
            of.remove(event);
        }
    }

    /** Up to {@code limit} events before a position, newest first, without events that are not indexed yet. */
    List<SimulatedEvent> page(Query query, Place before, int limit) {
        NavigableSet<SimulatedEvent> of = events.get(query.deviceId());
        List<SimulatedEvent> page = new ArrayList<>();
        if (of == null) {
            return page;
        }
        Instant now = clock.instant();
        Instant start = latest(query.start(), now.minus(retention));
        for (SimulatedEvent event : of.headSet(probe(before), false).descendingSet()) {
            if (page.size() == limit || event.timestamp().isBefore(start)) {
                break;
            }
            boolean wanted = query.types().isEmpty() || query.types().contains(event.eventType());
            if (wanted
                    && !event.timestamp().isAfter(query.end())
                    && !event.queryable().isAfter(now)) {
                page.add(event);
            }
        }
        return page;
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** An event that represents a position in the order. */
    private static SimulatedEvent probe(Place place) {
        return new SimulatedEvent(
                place.sequence(),
                "",
                "",
                place.timestamp(),
                place.timestamp(),
                place.timestamp(),
                SimulatedEvent.Origin.LIVE,
                new byte[0]);
    }
}
