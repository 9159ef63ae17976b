package io.github.dtstream.benchmark;

import io.github.dtstream.benchmark.Contender.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How long events take at a steady rate, from the server's write to the line in the file or the message at a
 * subscriber.
 *
 * @param startMillis from the start of the process to the first event delivered
 * @param idlePercent percent of a core: the median over the half minutes in the run's second half, because other load
 *     on a shared machine raises some of them
 * @param percent percent of a core, on average from ten seconds after the first event to the end
 */
record Latency(
        long events, double median, double p99, double max, double startMillis, double idlePercent, double percent)
        implements Outcome {
    private static final long POLL_NANOS = 200_000;
    /** The interval if all contenders run side by side: each poll costs the machine something, too. */
    private static final long SLOW_POLL_NANOS = 500_000;

    private static final long SETTLE_NANOS = 10_000_000_000L;
    private static final String KEY = "\"timestamp\":\"";

    /** Leaves out the first half of the events: by the second half, the JVM has compiled what matters. */
    static Latency measure(Launched launched, Setup setup, int port, int events, Duration limit, boolean quiet)
            throws IOException, InterruptedException {
        int skip = events / 2;
        Arrivals arrivals = new Arrivals();
        Subscriber subscriber = setup.sink() == Sink.FILES
                ? null
                : new Subscriber(
                        port, "dt/+/+/+/#", message -> arrivals.add(message.getPayloadAsBytes(), Instant.now()));
        Usage usage = new Usage(launched);
        long end = System.nanoTime() + limit.toNanos();
        long settled = 0;
        double settledCpu = 0;
        try (GrowingLines lines = new GrowingLines(setup.events())) {
            while (arrivals.count() < events && System.nanoTime() < end && launched.isAlive()) {
                if (subscriber == null) {
                    lines.read(part -> arrivals.feed(part, Instant.now()));
                }
                if (arrivals.count() >= skip) {
                    usage.look();
                }
                if (settled == 0
                        && arrivals.firstNanos() != 0
                        && System.nanoTime() - arrivals.firstNanos() > SETTLE_NANOS) {
                    settled = System.nanoTime();
                    settledCpu = launched.cpuSeconds();
                }
                LockSupport.parkNanos(quiet ? SLOW_POLL_NANOS : POLL_NANOS);
            }
        } finally {
            if (subscriber != null) {
                subscriber.close();
            }
        }
        double percent =
                settled == 0 ? Double.NaN : (launched.cpuSeconds() - settledCpu) * 1e11 / (System.nanoTime() - settled);
        return arrivals.toLatency(skip, launched.startedNanos(), usage.percent(), percent);
    }

    @Override
    public boolean isWhole() {
        return events > 0;
    }

    /** CPU use, in periods. */
    private static final class Usage {
        private static final long PIECE_NANOS = 30_000_000_000L;

        private final Launched launched;
        private final List<Double> percents = new ArrayList<>();
        private long beganNanos;
        private double before;

        Usage(Launched launched) {
            this.launched = launched;
        }

        void look() {
            if (beganNanos == 0 || System.nanoTime() - beganNanos >= PIECE_NANOS) {
                cut();
            }
        }

        private void cut() {
            long now = System.nanoTime();
            double spent = launched.cpuSeconds();
            if (beganNanos != 0) {
                percents.add((spent - before) * 1e11 / (now - beganNanos));
            }
            beganNanos = now;
            before = spent;
        }

        /** The median of the periods; for a run shorter than a period, the value of the whole run. */
        double percent() {
            if (percents.isEmpty() && beganNanos != 0) {
                cut();
            }
            return percents.isEmpty() ? Double.NaN : Report.median(percents, Double::doubleValue);
        }
    }

    /** Written by one thread, read by another. */
    private static final class Arrivals {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final List<Double> millis = new ArrayList<>();
        private long firstNanos;

        synchronized int count() {
            return millis.size();
        }

        synchronized long firstNanos() {
            return firstNanos;
        }

        void feed(ByteBuffer part, Instant now) {
            while (part.hasRemaining()) {
                byte next = part.get();
                if (next == '\n') {
                    add(line.toByteArray(), now);
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        }

        synchronized void add(byte[] record, Instant now) {
            if (millis.isEmpty()) {
                firstNanos = System.nanoTime();
            }
            String text = new String(record, StandardCharsets.UTF_8);
            int start = text.indexOf(KEY) + KEY.length();
            if (start >= KEY.length()) {
                Instant sent = Instant.parse(text.substring(start, text.indexOf('"', start)));
                millis.add(Duration.between(sent, now).toNanos() / 1e6);
            }
        }

        synchronized Latency toLatency(int skip, long startedNanos, double idle, double percent) {
            List<Double> sorted = new ArrayList<>(millis.subList(Math.min(skip, millis.size()), millis.size()));
            Collections.sort(sorted);
            if (sorted.isEmpty()) {
                return new Latency(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, idle, percent);
            }
            return new Latency(
                    millis.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get((int) (sorted.size() * 0.99)),
                    sorted.get(sorted.size() - 1),
                    (firstNanos - startedNanos) / 1e6,
                    idle,
                    percent);
        }
    }
}
