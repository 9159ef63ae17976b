package io.github.dtstream.thread;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The report on one thread or pool.
 *
 * @param name the thread's name
 * @param meaning the consequence of its failure, as half a sentence: "nothing is written to the journal"
 * @param state whether it works
 * @param failures how often its task ended by an Error or exception
 * @param lastFailed the time of the last failure
 * @param lastFailure the last failure
 */
public record ThreadReport(
        String name,
        String meaning,
        State state,
        int failures,
        @Nullable Instant lastFailed,
        @Nullable String lastFailure) {
    /** Whether a thread works. */
    public enum State {
        RUNNING,
        /** It failed, and its task will be run again. */
        DOWN,
        /** It failed for good; the process ends. */
        DEAD
    }
}
