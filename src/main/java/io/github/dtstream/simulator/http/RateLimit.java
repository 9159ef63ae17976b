package io.github.dtstream.simulator.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/** Lets 25 requests pass in any 5 seconds. Thread-safe by its lock. */
public final class RateLimit {
    private static final int REQUESTS = 25;
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private final Clock clock;
    private final ArrayDeque<Instant> passed = new ArrayDeque<>();

    public RateLimit(Clock clock) {
        this.clock = clock;
    }

    /** Lets a request pass, or refuses it with the seconds until another may pass. */
    public synchronized void check() throws HttpError {
        Instant now = clock.instant();
        while (!passed.isEmpty() && !passed.getFirst().plus(WINDOW).isAfter(now)) {
            passed.removeFirst();
        }
        if (passed.size() == REQUESTS) {
            Duration wait = Duration.between(now, passed.getFirst().plus(WINDOW));
            throw new HttpError(
                    429,
                    "too many requests",
                    String.valueOf(wait.plusMillis(999).toSeconds()));
        }
        passed.addLast(now);
    }
}
