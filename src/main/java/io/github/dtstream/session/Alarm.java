package io.github.dtstream.session;

import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.util.function.Consumer;

/** Lets something happen to the session later, by a message to its thread, which owns this. */
final class Alarm {
    private final Timers timers;
    private final Consumer<Happening> mailbox;
    private Timers.Timer running = Timers.Timer.NONE;

    Alarm(Timers timers, Consumer<Happening> mailbox) {
        this.timers = timers;
        this.mailbox = mailbox;
    }

    /** In place of what it was set to before, if that is still to come. */
    void set(Duration delay, Happening happening) {
        running.cancel();
        running = timers.after(delay, () -> mailbox.accept(happening));
    }

    void cancel() {
        running.cancel();
    }
}
