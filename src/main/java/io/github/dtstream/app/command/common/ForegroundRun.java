package io.github.dtstream.app.command.common;

import io.github.dtstream.app.router.ExitCode;
import io.github.dtstream.app.router.Router;
import io.github.dtstream.app.settings.ConfigurationException;
import java.time.Duration;
import java.util.Optional;

/** Runs a router on the calling thread until it ends by itself or the process is asked to end (Ctrl-C, SIGTERM). */
public final class ForegroundRun {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private ForegroundRun() {}

    public static ExitCode of(Router router) throws ConfigurationException {
        return of(router, () -> {});
    }

    /**
     * Runs the router, or the one in its place if its routes do not start.
     *
     * @param afterwards runs after the router has stopped because the process was asked to end
     */
    public static ExitCode of(Router router, Runnable afterwards) throws ConfigurationException {
        ExitCode code = once(router, afterwards);
        Optional<Router> other = router.fallback();
        return other.isEmpty() ? code : once(other.get(), afterwards);
    }

    private static ExitCode once(Router router, Runnable afterwards) throws ConfigurationException {
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

    /**
     * Ends the process if the router does not stop after a thread has failed for good. The thread is made at the start,
     * as there may be no memory for it later.
     */
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
            // After a signal the JVM would exit with 130 or 143, which means a failure; a requested stop is not one.
            Runtime.getRuntime().halt(ExitCode.OK.code());
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down already and runs the hook.
        }
    }
}
