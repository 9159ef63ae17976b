package io.github.dtstream.camel;

import io.github.dtstream.camel.held.HeldStreams;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Looks after the streams of a router, and waits until that is done. Stateless. */
final class Looks {
    private Looks() {}

    static void await(HeldStreams held) {
        for (Future<?> look : held.look()) {
            try {
                look.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
