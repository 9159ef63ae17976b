package io.github.dtstream.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GoDurationTest {
    @Test
    void parsesDurationsAsTheGatewayDoes() {
        assertThat(GoDuration.parse("10s")).hasValue(Duration.ofSeconds(10));
        assertThat(GoDuration.parse("1m30s")).hasValue(Duration.ofSeconds(90));
        assertThat(GoDuration.parse("1.5h")).hasValue(Duration.ofMinutes(90));
        assertThat(GoDuration.parse("500ms")).hasValue(Duration.ofMillis(500));
        assertThat(GoDuration.parse("10")).isEmpty();
        assertThat(GoDuration.parse("s")).isEmpty();
        assertThat(GoDuration.parse("")).isEmpty();
    }
}
