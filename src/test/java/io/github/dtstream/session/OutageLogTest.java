package io.github.dtstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.dtstream.LogCapture;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.cloud.fault.FaultKind;
import io.github.dtstream.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutageLogTest {
    private static final Fault REFUSED = Fault.of(FaultKind.TRANSIENT, "the connection was refused");
    private static final Fault HOUR = Fault.of(FaultKind.ENDED, "the hour is over");

    private final ManualTime time = new ManualTime();
    private final LogCapture lines = LogCapture.of(OutageLog.class);
    private final OutageLog log = new OutageLog("p1", time.cloudClock());
    private int inARow;

    @AfterEach
    void stopListening() {
        lines.close();
    }

    private void fail(Fault fault, Duration delay) {
        log.failed(fault, delay, ++inARow);
        time.advance(delay);
    }

    private void live() {
        log.live();
        inARow = 0;
    }

    @Test
    void tellsTheFirstFailureAtOnceAndTheRestOnceAMinuteWithTheirNumber() {
        live();
        for (int i = 0; i < 720; i++) {
            fail(REFUSED, Duration.ofSeconds(5));
        }
        live();

        assertThat(lines.messages()).hasSize(62);
        assertThat(lines.messages().subList(0, 3))
                .containsExactly(
                        "stream p1: live",
                        "stream p1: the connection was refused; trying again in 5 s (failure 1 in a row)",
                        "stream p1: the connection was refused; trying again in 5 s (failure 13 in a row); the same 11"
                                + " more times in the last 60 s");
        assertThat(lines.messages().get(61)).isEqualTo("stream p1: live again after 60 min and 720 failed attempts");
        assertThat(lines.events().get(1).getLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void tellsOfAnotherKindOfFailureAtOnce() {
        live();
        fail(REFUSED, Duration.ofSeconds(1));
        fail(REFUSED, Duration.ofSeconds(1));
        fail(Fault.of(FaultKind.TRANSIENT, "the cloud answered 503"), Duration.ofSeconds(2));
        fail(Fault.of(FaultKind.TRANSIENT, "no byte for 12 s"), Duration.ofSeconds(1));
        fail(Fault.of(FaultKind.TRANSIENT, "no byte for 13 s"), Duration.ofSeconds(1));
        live();

        assertThat(lines.messages())
                .containsExactly(
                        "stream p1: live",
                        "stream p1: the connection was refused; trying again in 1 s (failure 1 in a row)",
                        "stream p1: the cloud answered 503; trying again in 2 s (failure 3 in a row)",
                        "stream p1: no byte for 12 s; trying again in 1 s (failure 4 in a row)",
                        "stream p1: live again after 6 s and 5 failed attempts");
    }

    @Test
    void keepsQuietAboutAStreamThatComesAndGoesEverySecond() {
        live();
        for (int i = 0; i < 600; i++) {
            fail(REFUSED, Duration.ofMillis(500));
            live();
            time.advance(Duration.ofMillis(500));
        }

        assertThat(lines.messages()).hasSizeBetween(20, 22);
        assertThat(lines.messages().get(2)).isEqualTo("stream p1: live again after 0.5 s and 1 failed attempt");
    }

    @Test
    void tellsOfEachEndThatWasExpected() {
        live();
        for (int i = 0; i < 3; i++) {
            time.advance(Duration.ofHours(1));
            log.ended(HOUR);
            live();
        }

        assertThat(lines.messages())
                .hasSize(7)
                .contains("stream p1: the hour is over; connecting again at once")
                .endsWith("stream p1: live again after 0 s");
        assertThat(lines.events()).allMatch(line -> line.getLevel() == Level.INFO);
    }

    @Test
    void tellsHowLongTheFirstConnectionTook() {
        for (int i = 0; i < 4; i++) {
            fail(REFUSED, Duration.ofDays(1));
        }
        live();

        assertThat(lines.messages()).last().isEqualTo("stream p1: live after 4 days and 4 failed attempts");
    }
}
