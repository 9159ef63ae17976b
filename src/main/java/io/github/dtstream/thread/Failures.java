package io.github.dtstream.thread;

import io.github.dtstream.thread.ThreadReport.State;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a thread or pool, and what failed in it. Thread-safe. It is told of failures for which there may be no
 * memory left: the state counts even where the words for it cannot be made.
 */
final class Failures {
    private final String name;
    private final String meaning;
    private final Clock clock;

    private volatile State state = State.RUNNING;
    /** Guarded by this. */
    private int count;
    /** Guarded by this. */
    private @Nullable Instant last;
    /** Guarded by this. */
    private @Nullable Throwable cause;

    Failures(String name, String meaning, Clock clock) {
        this.name = name;
        this.meaning = meaning;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    String meaning() {
        return meaning;
    }

    void become(State now) {
        state = now;
    }

    synchronized void note(Throwable failure) {
        count++;
        cause = failure;
        last = clock.instant();
    }

    synchronized ThreadReport report() {
        return new ThreadReport(name, meaning, state, count, last, cause == null ? null : cause.toString());
    }
}
