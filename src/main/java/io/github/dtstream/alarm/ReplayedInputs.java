package io.github.dtstream.alarm;

import io.github.dtstream.alarm.AlarmLog.Logged;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and edits that the engine had before a restart and that the saved state does not include. Each takes
 * effect again after the same event. Until that is done, the engine gets no new inputs. Owned by the engine's thread.
 */
final class ReplayedInputs {
    private Deque<Logged> left = new ArrayDeque<>();
    private long until;

    /**
     * Begins again.
     *
     * @param inputs in their order
     * @param last the last event of the time before the restart
     */
    void restart(Deque<Logged> inputs, long last) {
        left = new ArrayDeque<>(inputs);
        until = last;
    }

    /** Drops inputs after events that do not come again: they have no meaning any more. */
    static Deque<Logged> from(Deque<Logged> inputs, long processed) {
        Deque<Logged> kept = new ArrayDeque<>(inputs);
        kept.removeIf(input -> after(input.entry()) < processed);
        return kept;
    }

    /**
     * Takes the next input; null if none takes effect now.
     *
     * @param processed the number of the last event that the engine processed
     */
    @Nullable
    AlarmEntry next(long processed) {
        Logged next = left.peek();
        if (next == null || after(next.entry()) > processed && processed < until) {
            return null;
        }
        return left.remove().entry();
    }

    /** The first input that has not taken effect again, and that a saved state therefore does not include; empty if all have. */
    Optional<Logged> first() {
        return Optional.ofNullable(left.peek());
    }

    /** Whether the engine has done again all that it did before. */
    boolean isDone(long processed) {
        return processed >= until && left.isEmpty();
    }

    private static long after(AlarmEntry entry) {
        return entry instanceof AlarmEntry.Told told
                ? told.after()
                : entry instanceof AlarmEntry.Edited edited ? edited.after() : Long.MAX_VALUE;
    }
}
