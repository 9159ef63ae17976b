package io.github.dtstream.time;

import java.time.Duration;

/** Lets time pass; a test passes one that returns at once and records what was asked for. */
@FunctionalInterface
public interface Sleeper {
    /** Sleeps on the calling thread. */
    void sleep(Duration duration) throws InterruptedException;

    /** The real one. */
    Sleeper SYSTEM = duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
}
