package io.github.dtstream.session;

import java.util.ArrayList;
import java.util.List;

/**
 * The answer of a {@link Situation} to what happens: what comes to its end, the next situation, and what begins there. If an
 * action throws something, the actions that follow are left out, and {@link Happening.Failed} is answered by the situation
 * that is reached: the old one where an end failed, the next one where a beginning did. Immutable.
 */
record Transition(List<Runnable> ends, Situation next, List<Runnable> beginnings) {
    Transition {
        ends = List.copyOf(ends);
        beginnings = List.copyOf(beginnings);
    }

    static Transition to(Situation next) {
        return new Transition(List.of(), next, List.of());
    }

    /** The same after these actions. */
    Transition after(Runnable... earlier) {
        List<Runnable> all = new ArrayList<>(List.of(earlier));
        all.addAll(ends);
        return new Transition(all, next, beginnings);
    }

    /** The same, and then these actions. */
    Transition then(Runnable... later) {
        List<Runnable> all = new ArrayList<>(beginnings);
        all.addAll(List.of(later));
        return new Transition(ends, next, all);
    }
}
