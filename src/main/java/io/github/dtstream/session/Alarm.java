package io.github.dtstream.session;

import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.util.function.Consumer;

/** Sends a message to the session's thread after a delay. Owned by that thread. */
final class Alarm {
    private final Timers timers;
    private final Consumer<Happening> mailbox;
    private Timers.Timer running = Timers.Timer.NONE;

    Alarm(Timers timers, Consumer<Happening> mailbox) {
        this.timers = timers;
        this.mailbox = mailbox;
    }

    /** Sets the alarm, in place of an earlier one that has not rung yet. */
    void set(Duration delay, Happening happening) {
        running.cancel();
        running = timers.after(delay, () -> mailbox.accept(happening));
    }

    void cancel() {
        running.cancel();
    }
}
