package io.github.dtstream.benchmark;

import io.github.dtstream.mqtt.Mosquitto;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happens to memory while one sink is unreachable: all events go to the files while nobody listens on the broker's
 * port; then the broker starts and gets all of them.
 *
 * @param half resident megabytes when half the events were in the files
 * @param full resident megabytes when all events were in the files
 * @param peak the highest resident megabytes until the broker had got everything
 * @param delivered how many events a subscriber of the broker got
 * @param seconds from the broker's start until it had got everything
 */
record Backlog(long events, double half, double full, double peak, long delivered, double seconds) {
    private static final long LIMIT_NANOS = Duration.ofMinutes(8).toNanos();
    private static final int POLL_MILLIS = 20;

    /** @param broker not running yet */
    static Backlog measure(Launched launched, Setup setup, Mosquitto broker, long events)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        double half = 0;
        try (GrowingLines lines = new GrowingLines(setup.events())) {
            while (lines.count() < events && launched.isAlive() && System.nanoTime() - began < LIMIT_NANOS) {
                if (half == 0 && lines.count() >= events / 2) {
                    half = launched.residentMegabytes();
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
        double full = launched.residentMegabytes();
        AtomicLong delivered = new AtomicLong();
        long back = System.nanoTime();
        broker.start();
        try (Subscriber subscriber =
                new Subscriber(broker.port(), "dt/+/+/+/#", message -> delivered.incrementAndGet())) {
            while (delivered.get() < events && launched.isAlive() && System.nanoTime() - began < LIMIT_NANOS) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        double seconds = (System.nanoTime() - back) / 1e9;
        return new Backlog(events, half, full, launched.peakMegabytes(), delivered.get(), seconds);
    }
}
