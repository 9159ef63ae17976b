package io.github.dtstream.alarm;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and edits that the engine had before a restart and that the saved state does not include. Each takes
 * effect again after the same event. Until that is done, the engine gets no new inputs. Owned by the engine's thread.
 */
final class ReplayedInputs {
    private Deque<AlarmEntry> left = new ArrayDeque<>();
    private long until;

    /**
     * Begins again.
     *
     * @param inputs in their order
     * @param last the last event of the time before the restart
     */
    void restart(Deque<AlarmEntry> inputs, long last) {
        left = new ArrayDeque<>(inputs);
        until = last;
    }

    /** Drops inputs after events that do not come again: they have no meaning any more. */
    static Deque<AlarmEntry> from(Deque<AlarmEntry> inputs, long processed) {
        Deque<AlarmEntry> kept = new ArrayDeque<>(inputs);
        kept.removeIf(entry -> after(entry) < processed);
        return kept;
    }

    /**
     * Takes the next input; null if none takes effect now.
     *
     * @param processed the number of the last event that the engine processed
     */
    @Nullable
    AlarmEntry next(long processed) {
        AlarmEntry next = left.peek();
        if (next == null || after(next) > processed && processed < until) {
            return null;
        }
        return left.remove();
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
