package io.github.dtstream.simulator.http;

import io.github.dtstream.simulator.weather.Target;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/** The requests to the simulated cloud. Thread-safe. */
public final class RequestCounts {
    private static final int KEPT = 1000;

    private final Map<Target, AtomicLong> counts = new EnumMap<>(Target.class);
    private final ConcurrentLinkedDeque<ReceivedRequest> latest = new ConcurrentLinkedDeque<>();

    public RequestCounts() {
        for (Target target : Target.values()) {
            counts.put(target, new AtomicLong());
        }
    }

    public void count(Target target, ReceivedRequest request) {
        Objects.requireNonNull(counts.get(target)).incrementAndGet();
        latest.addLast(request);
        if (latest.size() > KEPT) {
            latest.pollFirst();
        }
    }

    public long of(Target target) {
        return Objects.requireNonNull(counts.get(target)).get();
    }

    public List<ReceivedRequest> latest() {
        return List.copyOf(latest);
    }
}
