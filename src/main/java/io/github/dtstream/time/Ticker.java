package io.github.dtstream.time;

/** Time that only moves forward, for durations; a test passes one that it moves itself. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    /** The system's. It may stop while the machine sleeps. */
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds since some moment; only differences have a meaning. */
    long nanos();
}
