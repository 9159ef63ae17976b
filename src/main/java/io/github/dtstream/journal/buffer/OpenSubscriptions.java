package io.github.dtstream.journal.buffer;

import io.github.dtstream.journal.Subscription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The open subscriptions of a journal, which are closed with it. Thread-safe. */
public final class OpenSubscriptions {
    private final Set<Subscription> open = ConcurrentHashMap.newKeySet();

    /** @param maker gets the action that the subscription runs when it is closed */
    public Subscription add(Function<Runnable, Subscription> maker) {
        Subscription[] self = new Subscription[1];
        self[0] = maker.apply(() -> open.remove(self[0]));
        open.add(self[0]);
        return self[0];
    }

    /** Closes all. */
    public void close() {
        List.copyOf(open).forEach(Subscription::close);
    }
}
