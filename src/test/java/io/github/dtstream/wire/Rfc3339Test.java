package io.github.dtstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2021-04-21T07:50:30.604786Z",
                "1970-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "2024-02-29T00:00:00.1Z",
                "2000-02-29T00:00:00Z",
                "2016-12-31T23:59:60Z",
                "2021-04-21t07:50:30z",
                "2021-04-21T07:50:30+02:00",
                "2021-04-21T07:50:30.5-00:00",
                "2021-04-21T07:50:30-18:00"
            })
    void acceptsTimesThatTheJdkReadsToo(String text) {
        assertThat(Rfc3339.isTimestamp(text)).isTrue();
        assertThat(Instant.parse(text)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2021-04-21",
                "2021-04-21T07:50:30",
                "2021-04-21T07:50Z",
                "2021-04-21 07:50:30Z",
                "2021-04-21T07:50:30.Z",
                "2021-04-21T07:50:30.1234567890Z",
                "2021-04-21T07:50:30,5Z",
                "2021-04-21T07:50:30.5",
                "2021-04-21T07:50:30ZZ",
                "2021-04-21T07:50:30Z ",
                " 2021-04-21T07:50:30Z",
                "2021-04-21T07:50:30+0200",
                "2021-04-21T07:50:30+02",
                "2021-04-21T07:50:30+18:01",
                "2021-04-21T07:50:30+02:60",
                "2021-04-21T07:50:30+-2:00",
                "1969-12-31T23:59:59Z",
                "0000-01-01T00:00:00Z",
                "2021-00-21T07:50:30Z",
                "2021-13-21T07:50:30Z",
                "2021-04-00T07:50:30Z",
                "2021-04-31T07:50:30Z",
                "2021-02-29T07:50:30Z",
                "2100-02-29T07:50:30Z",
                "2021-04-21T24:00:00Z",
                "2021-04-21T07:60:30Z",
                "2021-04-21T07:50:60Z",
                "2021-04-21T07:50:61Z",
                "+021-04-21T07:50:30Z",
                "2021-4-21T07:50:030Z",
                "20a1-04-21T07:50:30Z",
                "٢٠٢١-04-21T07:50:30Z",
                "2021-04-21T07:50:3٠Z",
                "Wed Apr 21 07:50:30 2021"
            })
    void refusesEverythingElse(String text) {
        assertThat(Rfc3339.isTimestamp(text)).isFalse();
    }
}
