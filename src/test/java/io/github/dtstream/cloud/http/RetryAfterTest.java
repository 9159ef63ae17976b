package io.github.dtstream.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private final RetryAfter retryAfter =
            new RetryAfter(Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | PT0S",
                "4 | PT4S",
                " 120 | PT2M",
                "86400 | PT1H",
                "99999999999999999999999 | PT1H",
                "Thu, 01 Jan 2026 12:00:30 GMT | PT30S",
                "Thursday, 01-Jan-26 12:00:30 GMT | PT30S",
                "Thu, 01 Jan 2026 11:00:00 GMT | PT0S",
                "Fri, 02 Jan 2026 12:00:00 GMT | PT1H"
            })
    void readsBothForms(String header, Duration delay) {
        assertThat(retryAfter.parse(header)).contains(delay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "٣"})
    void ignoresWhatIsNeither(String header) {
        assertThat(retryAfter.parse(header)).isEmpty();
    }

    @Test
    void asksForNothingWhereItIsAbsent() {
        assertThat(retryAfter.parse(null)).isEmpty();
    }
}
