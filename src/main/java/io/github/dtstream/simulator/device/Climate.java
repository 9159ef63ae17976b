package io.github.dtstream.simulator.device;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The surroundings that all sensors of a fleet share: the place with its time of day, and the Cloud Connectors in
 * range.
 *
 * @param speed how many times faster than in reality time passes here
 * @param start when that begins
 */
public record Climate(RandomGenerator random, double speed, Instant start, List<Device> connectors) {
    private static final double SECONDS_OF_DAY = 86_400;

    /** A duration of reality, as long as it takes here. */
    Duration scaled(Duration inLife) {
        return Duration.ofNanos((long) (inLife.toNanos() / speed));
    }

    /** A number between -1 in the early morning and 1 in the afternoon. */
    double daylight(Instant at) {
        double lived = Duration.between(start, at).toNanos() / 1e9 * speed;
        double ofDay = (Math.floorMod(start.getEpochSecond(), (long) SECONDS_OF_DAY) + lived) / SECONDS_OF_DAY;
        return -Math.cos(2 * Math.PI * (ofDay - 3 / 24.0));
    }

    /** Whether people are present. */
    boolean isBusy(Instant at) {
        return daylight(at) > -0.3;
    }

    double noise(double deviation) {
        return random.nextGaussian() * deviation;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A number with exactly so many decimals, 1 to 9. Without a Formatter, as that takes longer than an event. */
    static String number(double value, int digits) {
        long scale = 1;
        for (int i = 0; i < digits; i++) {
            scale *= 10;
        }
        long scaled = Math.round(value * scale);
        long size = Math.abs(scaled);
        StringBuilder text = new StringBuilder();
        if (scaled < 0) {
            text.append('-');
        }
        text.append(size / scale).append('.');
        String fraction = Long.toString(size % scale);
        return text.append("0".repeat(digits - fraction.length()))
                .append(fraction)
                .toString();
    }
}
