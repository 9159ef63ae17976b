package io.github.dtstream.web;

import io.github.dtstream.thread.Supervisor;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads that make answers. Thread-safe.
 *
 * @param usual for most answers
 * @param probes for health probes
 * @param downloads for streamed answers, which wait for their client
 * @param passwords checks passwords, one at a time, as each takes a processor for a while
 */
record Workers(
        ScheduledExecutorService usual,
        ScheduledExecutorService probes,
        ScheduledExecutorService downloads,
        ScheduledExecutorService passwords) {
    private static final String MISSED = "a request was not answered";

    static Workers of(Supervisor supervisor) {
        return new Workers(
                supervisor.pool(4, "http", MISSED),
                supervisor.pool(1, "http-probes", MISSED),
                supervisor.pool(2, "http-downloads", MISSED),
                supervisor.pool(1, "http-passwords", MISSED));
    }

    void end() {
        List.of(usual, probes, downloads, passwords).forEach(ScheduledExecutorService::shutdownNow);
    }
}
