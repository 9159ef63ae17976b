package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.web.HttpProblem;
import io.github.dtstream.web.Requests;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeriesRequestTest {
    private static SeriesRequest of(String query) throws HttpProblem {
        return SeriesRequest.of(Requests.get("/api/series", query));
    }

    private static String series(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "series=d" + number + "/temperature")
                .collect(Collectors.joining("&"));
    }

    @Test
    void namesSeriesOnceAndInTheirOrder() throws HttpProblem {
        SeriesRequest request =
                of("series=d2/temperature&series=d1/humidity&series=d2/temperature&from=1000&to=2000&width=300");

        assertThat(request.keys())
                .containsExactly(new SeriesKey("d2", Quantity.TEMPERATURE), new SeriesKey("d1", Quantity.HUMIDITY));
        assertThat(request.from()).isEqualTo(1000);
        assertThat(request.to()).isEqualTo(2000);
        assertThat(request.width()).isEqualTo(300);
    }

    @ParameterizedTest
    @CsvSource({"'', 1000", "&width=0, 1", "&width=-7, 1", "&width=4000, 4000", "&width=99999999999, 4000"})
    void aGraphHasAWidthThatCanBeDrawn(String width, int expected) throws HttpProblem {
        assertThat(of("series=d1/temperature&from=0&to=1" + width).width()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "series=d1/warmth&from=1&to=2, series=d1/warmth is not of the form DEVICE/QUANTITY; quantities are ",
        "series=temperature&from=1&to=2, is not of the form DEVICE/QUANTITY",
        "from=1&to=2, these are 0",
        "series=d1/temperature&from=noon&to=2, from=noon is not a whole number",
        "series=d1/temperature&from=1&to=1.5, to=1.5 is not a whole number",
        "series=d1/temperature&from=1&to=2&width=wide, width=wide is not a whole number",
        "series=d1/temperature, from before to",
        "series=d1/temperature&from=-1&to=2, from before to",
        "series=d1/temperature&from=2&to=2, from before to",
        "series=d1/temperature&from=0&to=316224000001, ten years apart at most",
        "series=d1/temperature&to=9223372036854775807, from before to"
    })
    void saysWhatIsWrong(String query, String sentence) {
        assertThatThrownBy(() -> of(query)).isInstanceOfSatisfying(HttpProblem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.getMessage()).contains(sentence);
        });
    }

    @Test
    void upToTwentySeriesAreDrawnAtOnce() throws HttpProblem {
        assertThat(of(series(20) + "&from=0&to=1").keys()).hasSize(20);
        assertThatThrownBy(() -> of(series(21) + "&from=0&to=1"))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("these are 21");
    }

    @Test
    void tenYearsAreDrawnAtOnce() throws HttpProblem {
        assertThat(of("series=d1/temperature&from=0&to=316224000000").to()).isEqualTo(316_224_000_000L);
    }
}
