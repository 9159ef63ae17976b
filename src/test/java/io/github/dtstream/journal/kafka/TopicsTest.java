package io.github.dtstream.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.journal.Journals.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 5", "3, 9", "25, 97", "26, 100", "1000, 100"})
    void asksBrokersLessOftenTheMoreProducersThereAre(int producers, long millis) {
        assertThat(Topics.retryMillis(producers)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 20, 200})
    void asksBrokersNoMoreThanFourThousandTimesASecondWithAllProducersTogether(int producers) {
        double each = IntStream.rangeClosed(1, producers)
                .mapToDouble(number -> 1000.0 / Topics.retryMillis(number))
                .sum();

        assertThat(each).isLessThan(4000);
    }

    @Test
    void endsBeforeWhatIsKnownToBeThereLackRecords() {
        assertThat(Topics.missing(new long[] {10, 3}, List.of(8L, 20L))).isEqualTo(17);
        assertThat(Topics.missing(new long[] {10, 20}, List.of(10L, 20L))).isZero();
        assertThat(Topics.missing(new long[] {10, 20}, List.of()))
                .as("an older state")
                .isZero();
    }

    @Test
    void countsTheProducersOfAllJournalsOfOneKafka() {
        KafkaSettings.Names names = new KafkaSettings.Names(Map.of(), "dt", (short) 1);

        assertThat(names.settings(Kind.EVENTS, "p/s").producers().opened()).isEqualTo(1);
        assertThat(names.settings(Kind.ALARMS, "p/s").producers().opened()).isEqualTo(2);
        names.settings(Kind.EVENTS, "q/s").producers().closed();
        assertThat(names.settings(Kind.EVENTS, "q/s").producers().opened()).isEqualTo(2);
    }
}
