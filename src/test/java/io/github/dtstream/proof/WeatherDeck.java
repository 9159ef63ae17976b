package io.github.dtstream.proof;

import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.simulator.weather.Weather;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Deals each weather of a part of the API in an order that the seed determines, before any comes again. Used by one
 * thread.
 */
final class WeatherDeck {
    private final Random random;
    private final Map<Target, Deque<Weather>> left = new EnumMap<>(Target.class);

    WeatherDeck(Random random) {
        this.random = random;
    }

    Weather deal(Target target) {
        Deque<Weather> deck = left.computeIfAbsent(target, t -> new ArrayDeque<>());
        if (deck.isEmpty()) {
            List<Weather> all = new ArrayList<>(Weather.of(target));
            Collections.shuffle(all, random);
            deck.addAll(all);
        }
        return Objects.requireNonNull(deck.poll());
    }
}
