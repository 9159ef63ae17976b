package io.github.dtstream.simulator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** What was asked of the simulated cloud. Thread-safe. */
final class RequestCounts {
    private static final int KEPT = 1000;

    private final Map<Faults.Target, AtomicLong> counts = new EnumMap<>(Faults.Target.class);
    private final ConcurrentLinkedDeque<ReceivedRequest> latest = new ConcurrentLinkedDeque<>();

    RequestCounts() {
        for (Faults.Target target : Faults.Target.values()) {
            counts.put(target, new AtomicLong());
        }
    }

    void count(Faults.Target target, ReceivedRequest request) {
        Objects.requireNonNull(counts.get(target)).incrementAndGet();
        latest.addLast(request);
        if (latest.size() > KEPT) {
            latest.pollFirst();
        }
    }

    long of(Faults.Target target) {
        return Objects.requireNonNull(counts.get(target)).get();
    }

    List<ReceivedRequest> latest() {
        return List.copyOf(latest);
    }
}
