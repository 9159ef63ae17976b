package io.github.dtstream.thread;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of one thread or pool of threads.
 *
 * @param name the thread's
 * @param meaning what no longer happens without it, as half a sentence: "nothing is written to the journal"
 * @param state whether it works
 * @param failures how often a task of it ended by an Error or exception
 * @param lastFailed when that was last
 * @param lastFailure what it was
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
        /** It failed, and its task is run again in a while. */
        DOWN,
        /** It failed and does not come back; the process ends. */
        DEAD
    }
}
