package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.reading.Quantity;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextsTest {
    @ParameterizedTest
    @CsvSource({
        "21, 21",
        "-0.0, 0",
        "21.5, 21.5",
        "-3.25, -3.25",
        "0.1, 0.1",
        "1.0E-7, 0.00000010",
        "1.0E14, 100000000000000",
        "1.5E20, 150000000000000000000"
    })
    void numbersHaveNoExponent(double value, String text) {
        assertThat(Texts.plain(value)).isEqualTo(text);
    }

    @Test
    void valuesOfStatesAreTheirNamesAndOthersAreNumbers() {
        byte[] json = Texts.json(out -> {
            out.writeStartArray();
            Texts.value(out, Quantity.CONTACT, 1);
            Texts.value(out, Quantity.TOUCH, 0);
            Texts.value(out, Quantity.TEMPERATURE, 21.5);
            Texts.value(out, Quantity.OBJECT_COUNT, 7);
            out.writeEndArray();
        });

        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("[\"CLOSED\",\"TOUCHED\",21.5,7]");
    }
}
