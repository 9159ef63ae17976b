package io.github.dtstream.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;

/**
 * The event loop: the one thread that takes requests and sends answers. After the server has ended nothing is run any
 * more. Thread-safe.
 */
record EventLoop(Context context) {
    /** The event loop of the calling thread. */
    static EventLoop current() {
        return new EventLoop(Vertx.currentContext());
    }

    /** Runs an action on the event loop soon. Actions of one thread run in the order of its calls. */
    void run(Runnable action) {
        try {
            context.runOnContext(any -> action.run());
        } catch (RejectedExecutionException e) {
            // The server has ended, and so have all connections.
        }
    }
}
