package io.github.dtstream.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a start costs.
 *
 * @param millis from the start of the process to the first line in a file
 * @param cpu seconds until then
 * @param megabytes the peak of resident memory until then
 */
record Start(double millis, double cpu, double megabytes) implements Outcome {
    private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();
    private static final int POLL_MILLIS = 2;

    static Start measure(List<ProcessBuilder> pipeline, Setup setup, Path log)
            throws IOException, InterruptedException {
        try (GrowingLines lines = new GrowingLines(setup.events())) {
            try (Launched launched = Launched.start(pipeline, log)) {
                while (lines.count() == 0) {
                    if (!launched.isAlive() || System.nanoTime() - launched.startedNanos() > LIMIT_NANOS) {
                        return new Start(Double.NaN, Double.NaN, Double.NaN);
                    }
                    Thread.sleep(POLL_MILLIS);
                }
                double millis = (System.nanoTime() - launched.startedNanos()) / 1e6;
                return new Start(millis, launched.cpuSeconds(), launched.peakMegabytes());
            }
        }
    }

    @Override
    public boolean isWhole() {
        return !Double.isNaN(millis);
    }
}
