package io.github.dtstream.app.command.common;

import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.Router;
import io.github.dtstream.app.settings.ConfigurationException;
import java.time.Duration;

/** Runs a router on the calling thread until it ends by itself or the process is asked to end (Ctrl-C, SIGTERM). */
public final class ForegroundRun {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private ForegroundRun() {}

    public static ExitCode of(Router router) throws ConfigurationException {
        return of(router, () -> {});
    }

    /** @param afterwards is run when the router has stopped because the process is asked to end */
    public static ExitCode of(Router router, Runnable afterwards) throws ConfigurationException {
        Thread hook = new Thread(() -> stopAndHalt(router, afterwards), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        Thread lastResort = lastResort(router);
        lastResort.start();
        try {
            return router.run();
        } finally {
            lastResort.interrupt();
            forget(hook);
        }
    }

    /** After a thread has failed for good, stopping may fail, too, or never end. Made before there is no memory for it. */
    private static Thread lastResort(Router router) {
        Thread thread = new Thread(
                () -> {
                    try {
                        router.awaitFailure();
                        if (!router.awaitClosed(PATIENCE)) {
                            Runtime.getRuntime().halt(ExitCode.FAILED.code());
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "last-resort");
        thread.setDaemon(true);
        return thread;
    }

    private static void stopAndHalt(Router router, Runnable afterwards) {
        try {
            router.stop(PATIENCE);
            afterwards.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // The JVM would report the signal as a failure (130, 143); being asked to stop is none.
            Runtime.getRuntime().halt(ExitCode.OK.code());
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is going down, and the hook with it
        }
    }
}
