package io.github.dtstream.thread;

import io.github.dtstream.thread.ThreadReport.State;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The state of a thread or pool, with its failures. Thread-safe. If memory runs out, there may be none for a message;
 * the state is set nevertheless, without a new object.
 */
final class Failures {
    private final String name;
    private final String meaning;
    private final Clock clock;

    private final boolean lasting;
    private final AtomicInteger down = new AtomicInteger();
    private volatile boolean dead;
    /** Guarded by this. */
    private int count;
    /** Guarded by this. */
    private @Nullable Instant last;
    /** Guarded by this. */
    private @Nullable Throwable cause;

    /** @param lasting whether it reports on several threads, also when none runs */
    Failures(String name, String meaning, boolean lasting, Clock clock) {
        this.name = name;
        this.meaning = meaning;
        this.lasting = lasting;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    String meaning() {
        return meaning;
    }

    boolean isLasting() {
        return lasting;
    }

    /** A thread does not work for the time being. */
    void goesDown() {
        down.incrementAndGet();
    }

    /** The thread works again, or has ended. */
    void isUp() {
        down.decrementAndGet();
    }

    /** The thread does not work any more. */
    void dies() {
        dead = true;
    }

    private State state() {
        return dead ? State.DEAD : down.get() > 0 ? State.DOWN : State.RUNNING;
    }

    synchronized void note(Throwable failure) {
        count++;
        cause = failure;
        last = clock.instant();
    }

    synchronized ThreadReport report() {
        return new ThreadReport(name, meaning, state(), count, last, cause == null ? null : cause.toString());
    }
}
