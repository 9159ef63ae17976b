package io.github.dtstream.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClimateTest {
    @ParameterizedTest
    @CsvSource({
        "21.456, 2, 21.46",
        "-0.004, 2, 0.00",
        "-3.05, 2, -3.05",
        "0.049, 1, 0.0",
        "-0.07, 2, -0.07",
        "42, 1, 42.0",
        "9.999, 2, 10.00"
    })
    void writesNumbersWithAllTheirDigits(double value, int digits, String text) {
        assertThat(Climate.number(value, digits)).isEqualTo(text);
    }
}
