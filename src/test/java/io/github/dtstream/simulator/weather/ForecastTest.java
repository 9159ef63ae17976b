package io.github.dtstream.simulator.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.simulator.weather.Forecast.Front;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void saysTheSameForTheSameSeedAndOtherwiseForAnother() {
        assertThat(Forecast.of(7, START, HOUR).fronts())
                .isEqualTo(Forecast.of(7, START, HOUR).fronts())
                .isNotEqualTo(Forecast.of(8, START, HOUR).fronts());
    }

    @Test
    void bringsEachWeatherThatCanHitAPartOfTheApiInTheLongRun() {
        List<Front> fronts = Forecast.of(7, START, Duration.ofHours(5)).fronts();

        for (Target target : List.of(Target.STREAM, Target.TOKEN, Target.HISTORY, Target.DEVICES)) {
            Set<Weather> seen = fronts.stream()
                    .filter(front -> front.target() == target)
                    .map(Front::weather)
                    .collect(Collectors.toSet());
            assertThat(seen).containsExactlyInAnyOrderElementsOf(Weather.of(target));
        }
    }

    @Test
    void turnsAndIsFairInBetweenAndAfterwards() {
        Forecast forecast = Forecast.of(7, START, HOUR);
        Front first = forecast.fronts().get(0);

        assertThat(forecast.at(first.target(), first.begin())).contains(first.weather());
        assertThat(forecast.at(first.target(), first.begin().minusNanos(1))).isEmpty();
        assertThat(forecast.at(first.target(), first.end())).isEmpty();
        assertThat(forecast.nextBegin(first.target(), START)).contains(first.begin());
        assertThat(forecast.nextBegin(first.target(), first.begin()))
                .isPresent()
                .get()
                .isNotEqualTo(first.begin());
        assertThat(forecast.nextBegin(first.target(), START.plus(HOUR))).isEmpty();
        assertThat(forecast.at(first.target(), START.plus(HOUR).plus(Forecast.LONGEST_FOUL)))
                .isEmpty();
    }

    @Test
    void refusesMoreThanADay() {
        assertThatThrownBy(() -> Forecast.of(7, START, Duration.ofDays(2))).hasMessageContaining("a day at most");
    }
}
