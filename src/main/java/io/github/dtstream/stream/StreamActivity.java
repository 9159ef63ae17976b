package io.github.dtstream.stream;

import io.github.dtstream.text.SentenceCounts;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.EventRate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a stream received since start, and how its connections fared. Thread-safe. */
final class StreamActivity {
    private final CloudClock clock;
    private final AtomicLong live = new AtomicLong();
    private final AtomicLong history = new AtomicLong();
    private final AtomicLong pushed = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong truncated = new AtomicLong();
    private final AtomicLong interruptions = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong renewals = new AtomicLong();
    private final SentenceCounts reconnects = new SentenceCounts();
    /** Guarded by itself. */
    private final EventRate rate = new EventRate();
    /** When the last event or ping was received, by the ticker; 0 if none was. */
    private volatile long heardNanos;
    /** When the last push came; null if none came since start. */
    private volatile @Nullable Instant lastPushed;

    StreamActivity(CloudClock clock) {
        this.clock = clock;
    }

    /** So many events and pings were received on the stream. */
    void received(int events, Instant when) {
        live.addAndGet(events);
        heard();
        count(when, events);
    }

    /**
     * So many events were pushed.
     *
     * @param isAlone whether the stream receives nothing but pushes, so that one shows that it works
     */
    void pushed(int events, boolean isAlone) {
        Instant now = clock.instant();
        pushed.addAndGet(events);
        lastPushed = now;
        if (isAlone) {
            heard();
        }
        count(now, events);
    }

    private void heard() {
        long now = clock.nanos();
        heardNanos = now == 0 ? 1 : now;
    }

    private void count(Instant when, int events) {
        synchronized (rate) {
            rate.add(when, events);
        }
    }

    /** An event that was new was fetched from history. */
    void fetched() {
        history.incrementAndGet();
    }

    /** A record was no valid event. */
    void rejected() {
        rejected.incrementAndGet();
    }

    /** A connection ended within a record. */
    void truncated() {
        truncated.incrementAndGet();
    }

    /** An attempt to connect failed, and is repeated. */
    void retried() {
        retries.incrementAndGet();
    }

    /** No connection receives any more. */
    void interrupted(String reason) {
        interruptions.incrementAndGet();
        reconnects.add(reason);
    }

    /** A live connection handed over to its successor. */
    void renewed() {
        renewals.incrementAndGet();
    }

    StreamCounters counters() {
        return new StreamCounters(
                live.get(),
                history.get(),
                pushed.get(),
                rejected.get(),
                truncated.get(),
                interruptions.get(),
                retries.get());
    }

    /** The number of interruptions by reason. */
    Map<String, Long> reconnects() {
        return reconnects.counts();
    }

    long renewals() {
        return renewals.get();
    }

    /** Events and pings a second, averaged over the last minute. */
    double perSecond() {
        synchronized (rate) {
            return rate.perSecond(clock.instant());
        }
    }

    /** How long ago something was received that shows that the stream works; empty if nothing was. */
    Optional<Duration> silence() {
        long heard = heardNanos;
        return heard == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, clock.nanos() - heard)));
    }

    Optional<Instant> lastPushed() {
        return Optional.ofNullable(lastPushed);
    }
}
