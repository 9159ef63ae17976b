package io.github.dtstream.session.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.event.Event;
import io.github.dtstream.session.connection.RecordSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompletenessTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Completeness completeness = new Completeness();

    private void pass(String type, Instant stamped, Instant received) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        Event event = new Event("e", type, "p1", "d1", stamped.toString(), json, 0, json.length);
        completeness.passed(RecordSink.Received.of(List.of(event), received));
    }

    @Test
    void isProvenByAPingUntilItWasSent() {
        pass("ping", NOON, NOON.plusMillis(300));
        assertThat(completeness.until()).isEqualTo(NOON);

        pass("temperature", NOON.minus(Duration.ofDays(2)), NOON.plusSeconds(10));

        assertThat(completeness.until()).as("it does not go back").isEqualTo(NOON);
    }

    @Test
    void aServerWhoseClockIsAheadDoesNotProveTheFuture() {
        pass("ping", NOON.plus(Duration.ofHours(1)), NOON.plusSeconds(5));
        pass("ping", NOON.plusSeconds(15), NOON.plusSeconds(15));

        assertThat(completeness.until()).isEqualTo(NOON.plusSeconds(15));
    }
}
