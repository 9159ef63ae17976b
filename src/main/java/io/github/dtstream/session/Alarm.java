package io.github.dtstream.session;

import io.github.dtstream.time.Timers;
import java.time.Duration;
import java.util.function.Consumer;

/** Has something done later, by a message to the session's thread, which owns it. */
final class Alarm {
    private final Timers timers;
    private final Consumer<Runnable> mailbox;
    private Timers.Timer running = Timers.Timer.NONE;

    Alarm(Timers timers, Consumer<Runnable> mailbox) {
        this.timers = timers;
        this.mailbox = mailbox;
    }

    /** In place of what it was set to before, if that is still to come. */
    void set(Duration delay, Runnable task) {
        running.cancel();
        running = timers.after(delay, () -> mailbox.accept(task));
    }

    void cancel() {
        running.cancel();
    }
}
