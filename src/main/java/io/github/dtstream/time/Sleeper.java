package io.github.dtstream.time;

import java.time.Duration;

/** Waits; a test passes one that returns at once and records the durations. */
@FunctionalInterface
public interface Sleeper {
    /** Sleeps on the calling thread. */
    void sleep(Duration duration) throws InterruptedException;

    /** The system's. */
    Sleeper SYSTEM = duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
}
