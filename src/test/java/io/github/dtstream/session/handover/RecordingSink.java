package io.github.dtstream.session.handover;

import io.github.dtstream.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps what it gets; fails if two threads call it at the same time. */
public final class RecordingSink implements EventSink {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    public final List<Instant> received = new CopyOnWriteArrayList<>();
    public final List<String> rejected = new CopyOnWriteArrayList<>();
    public final AtomicInteger inside = new AtomicInteger();
    public final AtomicInteger truncated = new AtomicInteger();
    /** The error of the next call. */
    public final AtomicReference<@Nullable Error> fails = new AtomicReference<>();

    /** The thread of the last call. */
    public volatile @Nullable Thread caller;

    public volatile boolean crowded;
    public volatile @Nullable Semaphore gate;

    @Override
    public void events(List<Event> passed, Instant at) throws InterruptedException {
        throwOnce();
        caller = Thread.currentThread();
        received.add(at);
        crowded |= inside.incrementAndGet() > 1;
        try {
            for (Event event : passed) {
                if (gate != null) {
                    gate.acquire();
                }
                events.add(event);
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void rejected(String reason, byte[] record, Instant received) {
        rejected.add(reason);
    }

    @Override
    public void truncated() {
        truncated.incrementAndGet();
    }

    public List<String> eventIds() {
        return events.stream().map(Event::eventId).toList();
    }

    private void throwOnce() {
        Error failure = fails.getAndSet(null);
        if (failure != null) {
            throw failure;
        }
    }
}
