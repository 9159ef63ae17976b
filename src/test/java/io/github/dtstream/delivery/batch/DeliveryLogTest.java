package io.github.dtstream.delivery.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.LogCapture;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeliveryLogTest {
    private static final List<JournalRecord> RECORDS = List.of(new JournalRecord(
            7,
            Instant.EPOCH,
            Source.LIVE,
            new Event(
                    "e7",
                    "temperature",
                    "p",
                    "d",
                    "2026-01-01T00:00:00Z",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    0,
                    2)));

    private final LogCapture lines = LogCapture.of(BatchDelivery.class);
    private final DeliveryLog log = new DeliveryLog("alarms");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @AfterEach
    void stopListening() {
        lines.close();
    }

    private void fail(String reason, Duration later) {
        now = now.plus(later);
        log.failed(RECORDS, reason, false, now);
    }

    @Test
    void tellsAgainAtGrowingDistanceWhatChangedAndTheRecovery() {
        for (int minute = 0; minute < 9; minute++) {
            fail("https://hooks.example.com answered 404", minute == 0 ? Duration.ZERO : Duration.ofMinutes(1));
        }
        fail("https://hooks.example.com answered 400: no text", Duration.ofSeconds(10));
        now = now.plusSeconds(10);
        log.recovered(now);
        log.recovered(now);

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber alarms: delivery of 1 event from number 7 failed, to be delivered again:"
                                + " https://hooks.example.com answered 404",
                        "subscriber alarms: delivery of 1 event from number 7 failed (2 attempts failed in 60 s),"
                                + " to be delivered again: https://hooks.example.com answered 404",
                        "subscriber alarms: delivery of 1 event from number 7 failed (4 attempts failed in 3 min),"
                                + " to be delivered again: https://hooks.example.com answered 404",
                        "subscriber alarms: delivery of 1 event from number 7 failed (8 attempts failed in 7 min),"
                                + " to be delivered again: https://hooks.example.com answered 404",
                        "subscriber alarms: delivery of 1 event from number 7 failed (10 attempts failed in 8 min),"
                                + " to be delivered again: https://hooks.example.com answered 400: no text",
                        "subscriber alarms: delivers again after 8 min and 10 failed attempts");
    }

    @Test
    void fillsNoDiskWithASinkThatComesAndGoes() {
        for (int second = 0; second < 600; second++) {
            fail("connection refused", Duration.ofSeconds(1));
            log.recovered(now);
        }

        assertThat(lines.messages()).hasSizeLessThan(25);
    }

    @Test
    void tellsOneOfManyEventsThatAreRefusedForTheSameReason() {
        for (int second = 0; second < 60; second++) {
            log.rejected(RECORDS.get(0), "field type conflict", now.plusSeconds(second));
        }
        log.rejected(RECORDS.get(0), "field type conflict", now.plusSeconds(60));

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber alarms: event e7 goes to the reject file: field type conflict",
                        "subscriber alarms: event e7 goes to the reject file, after 59 others for the same reason:"
                                + " field type conflict");
    }

    @Test
    void tellsOnceOfABatchThatTakesFarTooLongAndWhenItGoesOn() {
        Overdue overdue = new Overdue(now, Duration.ofSeconds(2), "https://hooks.example.com");
        log.waits(null, now);
        log.waits(overdue, now.plusSeconds(60));
        log.waits(overdue, now.plusSeconds(70));
        log.waits(null, now.plusSeconds(300));
        log.waits(null, now.plusSeconds(310));

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber alarms: waits for 60 s in https://hooks.example.com, where a batch usually takes 2 s;"
                                + " it is waited for without limit",
                        "subscriber alarms: goes on after 5 min");
    }

    @Test
    void tellsOfTheNextBatchThatTakesFarTooLongAsWell() {
        log.waits(new Overdue(now, Duration.ZERO, "jdbc:postgres"), now.plusSeconds(60));
        Overdue next = new Overdue(now.plusSeconds(100), Duration.ZERO, "jdbc:postgres");
        log.waits(next, now.plusSeconds(170));
        log.waits(next, now.plusSeconds(180));

        assertThat(lines.messages())
                .containsExactly(
                        "subscriber alarms: waits for 60 s in jdbc:postgres; it is waited for without limit",
                        "subscriber alarms: goes on after 2 min",
                        "subscriber alarms: waits for 80 s in jdbc:postgres; it is waited for without limit");
    }
}
