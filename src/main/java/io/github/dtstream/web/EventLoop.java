package io.github.dtstream.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.RejectedExecutionException;

/** The one thread that takes requests and sends answers. After the server's end nothing is run any more. Thread-safe. */
record EventLoop(Context context) {
    /** The one that calls. */
    static EventLoop current() {
        return new EventLoop(Vertx.currentContext());
    }

    /** Has it do something soon, in the order of the calls of one thread. */
    void run(Runnable action) {
        try {
            context.runOnContext(any -> action.run());
        } catch (RejectedExecutionException e) {
            // The server has ended, and with it all connections.
        }
    }
}
