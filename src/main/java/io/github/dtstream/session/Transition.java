package io.github.dtstream.session;

import java.util.ArrayList;
import java.util.List;

/**
 * The reaction of a {@link Situation} to a message: actions that end things, the next situation, and actions that begin
 * things. If an action throws an exception, the following actions are not run, and {@link Happening.Failed} goes to the
 * situation that was reached: the old one if an ending action failed, the next one if a beginning action did.
 * Immutable.
 */
record Transition(List<Runnable> ends, Situation next, List<Runnable> beginnings) {
    Transition {
        ends = List.copyOf(ends);
        beginnings = List.copyOf(beginnings);
    }

    static Transition to(Situation next) {
        return new Transition(List.of(), next, List.of());
    }

    /** The same transition, with these actions first. */
    Transition after(Runnable... earlier) {
        List<Runnable> all = new ArrayList<>(List.of(earlier));
        all.addAll(ends);
        return new Transition(all, next, beginnings);
    }

    /** The same transition, with these actions last. */
    Transition then(Runnable... later) {
        List<Runnable> all = new ArrayList<>(beginnings);
        all.addAll(List.of(later));
        return new Transition(ends, next, all);
    }
}
