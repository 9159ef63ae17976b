package io.github.dtstream.app;

import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import org.apache.camel.Exchange;

/** A step of a route that ends a thread without which the router cannot continue. */
public final class FailingStep {
    public void fail(Exchange exchange) {
        exchange.getContext()
                .getRegistry()
                .findSingleByType(Supervisor.class)
                .thread("victim", "nothing is done", AfterFailure.END_PROCESS, FailingStep::runOutOfMemory)
                .start();
    }

    private static void runOutOfMemory() {
        throw new OutOfMemoryError("by intent");
    }
}
