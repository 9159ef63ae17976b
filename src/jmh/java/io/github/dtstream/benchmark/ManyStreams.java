package io.github.dtstream.benchmark;

import java.io.IOException;
import java.time.Duration;

/**
 * One process with many projects; each has a stream, a journal and a route to its own files. The total number of events
 * is the same for any number of projects.
 *
 * @param perSecond events per second, from the first event sent to the last line
 * @param warmPerSecond the same, from the middle on
 * @param cpu seconds per million events, the start included
 * @param idlePercent percent of a core afterwards, with only a ping every two seconds on each stream
 */
record ManyStreams(
        int streams,
        long events,
        double perSecond,
        double warmPerSecond,
        double cpu,
        double megabytes,
        double idlePercent)
        implements Outcome {
    private static final long LIMIT_NANOS = Duration.ofMinutes(4).toNanos();
    private static final int POLL_MILLIS = 10;

    /** @param settle how long the process may take to come to rest; CPU is then measured for half as long */
    static ManyStreams measure(
            Launched launched, EventServer server, Setup setup, int streams, long events, Duration settle)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        long half = 0;
        try (GrowingLines lines = new GrowingLines(setup.events())) {
            while (lines.count() < events && launched.isAlive() && System.nanoTime() - began < LIMIT_NANOS) {
                if (half == 0 && lines.count() >= events / 2) {
                    half = System.nanoTime();
                }
                Thread.sleep(POLL_MILLIS);
            }
            boolean whole = lines.count() >= events;
            double seconds = whole ? (System.nanoTime() - server.firstSentNanos()) / 1e9 : Double.NaN;
            double warmSeconds = whole && half != 0 ? (System.nanoTime() - half) / 1e9 : Double.NaN;
            double cpu = launched.cpuSeconds() * 1e6 / events;
            Thread.sleep(settle.toMillis());
            double before = launched.cpuSeconds();
            long from = System.nanoTime();
            Thread.sleep(settle.toMillis() / 2);
            double idle = (launched.cpuSeconds() - before) * 1e11 / (System.nanoTime() - from);
            return new ManyStreams(
                    streams, events, events / seconds, events / 2.0 / warmSeconds, cpu, launched.peakMegabytes(), idle);
        }
    }

    @Override
    public boolean isWhole() {
        return !Double.isNaN(perSecond);
    }
}
