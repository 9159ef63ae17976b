package io.github.dtstream.simulator.weather;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Weather that changes by itself, independently for each part of the API, determined by a seed. Immutable.
 */
public final class Forecast {
    /** The longest good weather in between. */
    static final Duration LONGEST_FAIR = Duration.ofSeconds(20);

    static final Duration LONGEST_FOUL = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final List<Target> TARGETS = List.of(Target.STREAM, Target.TOKEN, Target.HISTORY, Target.DEVICES);

    static final Forecast FAIR = new Forecast(List.of());

    /** A weather at a part of the API, with its beginning and end. */
    record Front(Target target, Weather weather, Instant begin, Instant end) {
        boolean isAt(Target place, Instant time) {
            return target == place && !time.isBefore(begin) && time.isBefore(end);
        }
    }

    private final List<Front> fronts;

    private Forecast(List<Front> fronts) {
        this.fronts = List.copyOf(fronts);
    }

    /**
     * Makes a forecast.
     *
     * @param start the beginning; the weather is good before it
     * @param length the duration, at most a day; the weather is good after it
     */
    public static Forecast of(long seed, Instant start, Duration length) {
        if (length.isNegative() || length.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a forecast is for a day at most, not for " + length);
        }
        RandomGenerator random = new SplittableRandom(seed);
        List<Front> fronts = new ArrayList<>();
        for (Target target : TARGETS) {
            List<Weather> possible = Weather.of(target);
            Instant fair = start.plus(upTo(LONGEST_FAIR, random));
            while (fair.isBefore(start.plus(length))) {
                Instant end = fair.plus(upTo(LONGEST_FOUL, random));
                fronts.add(new Front(target, possible.get(random.nextInt(possible.size())), fair, end));
                fair = end.plus(upTo(LONGEST_FAIR, random));
            }
        }
        return new Forecast(fronts);
    }

    private static Duration upTo(Duration most, RandomGenerator random) {
        return Duration.ofMillis(1 + random.nextLong(most.toMillis()));
    }

    Optional<Weather> at(Target target, Instant time) {
        return fronts.stream()
                .filter(front -> front.isAt(target, time))
                .map(Front::weather)
                .findFirst();
    }

    /** When the next bad weather begins at a part of the API. */
    Optional<Instant> nextBegin(Target target, Instant after) {
        return fronts.stream()
                .filter(front -> front.target() == target && front.begin().isAfter(after))
                .map(Front::begin)
                .findFirst();
    }

    List<Front> fronts() {
        return fronts;
    }
}
