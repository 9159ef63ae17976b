package io.github.dtstream.time;

/** Time that only goes forward, for measuring spans; a test passes one that it moves itself. Thread-safe. */
@FunctionalInterface
public interface Ticker {
    /** The real one. It may stand still while the machine sleeps. */
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds since some moment; only differences mean something. */
    long nanos();
}
