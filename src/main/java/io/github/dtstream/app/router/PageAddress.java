package io.github.dtstream.app.router;

import io.github.dtstream.management.ManagementEndpointFile;
import io.github.dtstream.time.Sleeper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Says where the page is, as soon as the router answers there: the demo takes any free port. The address has the token that
 * lets the page acknowledge alarms. Runs in a thread of its own, once.
 */
public final class PageAddress implements Runnable {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path data;
    private final Instant began;
    private final PrintWriter out;
    private final Sleeper sleeper;

    /** @param began when this process began: what is older is of one that was killed */
    public PageAddress(Path data, Instant began, PrintWriter out, Sleeper sleeper) {
        this.data = data;
        this.began = began;
        this.out = out;
        this.sleeper = sleeper;
    }

    @Override
    public void run() {
        try {
            while (!tell()) {
                sleeper.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tell() {
        try {
            if (Files.getLastModifiedTime(ManagementEndpointFile.tokenFile(data))
                    .toInstant()
                    .isBefore(began)) {
                return false;
            }
            out.println("\n  See it: http://127.0.0.1:" + ManagementEndpointFile.portOf(data) + "/#token="
                    + ManagementEndpointFile.tokenOf(data) + "\n");
            out.flush();
            return true;
        } catch (IOException | NumberFormatException e) {
            return false; // it is not written yet
        }
    }
}
