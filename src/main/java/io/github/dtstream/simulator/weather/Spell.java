package io.github.dtstream.simulator.weather;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A weather for a while: for a number of requests, or for a time, or else until the faults are cleared.
 *
 * @param times the largest number of requests
 * @param length the longest time
 * @param deviceId only requests about this device meet it; null for any
 */
public record Spell(
        Target target,
        Weather weather,
        int times,
        Duration length,
        @Nullable String deviceId) {
    /** Longer than any simulation. */
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    public Spell {
        if (!weather.canHit(target)) {
            throw new IllegalArgumentException(Spelling.of(weather) + " cannot hit "
                    + Spelling.of(target) + "; there it can be "
                    + Weather.of(target).stream().map(Spelling::of).toList());
        }
        if (times < 1 || length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException(times + " times within " + length + " is no weather");
        }
    }

    /** For any request of a kind, until the faults are cleared. */
    public static Spell of(Target target, Weather weather) {
        return new Spell(target, weather, Integer.MAX_VALUE, FOR_EVER, null);
    }

    public Spell times(int requests) {
        return new Spell(target, weather, requests, length, deviceId);
    }

    public Spell lasting(Duration time) {
        return new Spell(target, weather, times, time, deviceId);
    }

    public Spell about(String device) {
        return new Spell(target, weather, times, length, device);
    }

    Optional<String> device() {
        return Optional.ofNullable(deviceId);
    }
}
