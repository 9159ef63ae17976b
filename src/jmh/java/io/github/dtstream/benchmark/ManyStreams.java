package io.github.dtstream.benchmark;

import java.io.IOException;
import java.time.Duration;

/**
 * One process with many projects, each with a stream, a journal and a route to the files of its own; the same number of
 * events in all.
 *
 * @param perSecond events per second, from the first event that is sent to the last line
 * @param cpu seconds per million events, the start included
 * @param idlePercent of a core, afterwards, with nothing but a ping every two seconds on each stream
 */
record ManyStreams(int streams, long events, double perSecond, double cpu, double megabytes, double idlePercent) {
    private static final long LIMIT_NANOS = Duration.ofMinutes(4).toNanos();
    private static final int POLL_MILLIS = 10;
    private static final int SETTLE_MILLIS = 20_000;
    private static final int IDLE_MILLIS = 10_000;

    static ManyStreams measure(Launched launched, EventServer server, Setup setup, int streams, long events)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (GrowingLines lines = new GrowingLines(setup.events())) {
            while (lines.count() < events && launched.isAlive() && System.nanoTime() - began < LIMIT_NANOS) {
                Thread.sleep(POLL_MILLIS);
            }
            double seconds = lines.count() < events ? Double.NaN : (System.nanoTime() - server.firstSentNanos()) / 1e9;
            double cpu = launched.cpuSeconds() * 1e6 / events;
            Thread.sleep(SETTLE_MILLIS);
            double before = launched.cpuSeconds();
            Thread.sleep(IDLE_MILLIS);
            double idle = (launched.cpuSeconds() - before) * 1000 / IDLE_MILLIS * 100;
            return new ManyStreams(streams, events, events / seconds, cpu, launched.peakMegabytes(), idle);
        }
    }
}
