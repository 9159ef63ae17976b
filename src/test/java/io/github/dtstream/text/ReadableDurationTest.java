package io.github.dtstream.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT9S, 9 s",
        "PT9.345S, 9.3 s",
        "PT12.345S, 12 s",
        "PT1M59S, 119 s",
        "PT2M, 2 min",
        "PT119M59S, 119 min",
        "PT2H, 2 h",
        "PT49H, 2 days 1 h",
        "P3DT59M, 3 days",
        "PT47H59M, 47 h 59 min",
        "P4DT5H30M, 4 days 5 h"
    })
    void isToldToTheUnitThatMatters(Duration duration, String text) {
        assertThat(ReadableDuration.of(duration)).isEqualTo(text);
    }
}
