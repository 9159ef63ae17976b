package io.github.dtstream.session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReaderStallTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final MovableClock machine = new MovableClock(START);
    private final MovableClock ticker = new MovableClock(START);
    private final ReaderStall stall = new ReaderStall(new CloudClock(machine, ticker), Duration.ofSeconds(12));

    @BeforeEach
    void begin() {
        stall.begin();
    }

    private void pass(long seconds) {
        machine.advance(Duration.ofSeconds(seconds));
        ticker.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void takesAReadThatWaitsAsLongAsASilenceMayLastForNoStall() {
        for (int i = 0; i < 100; i++) {
            pass(13);
            assertThat(stall.read()).isNull();
            pass(11);
            assertThat(stall.passedOn()).isNull();
        }
    }

    @Test
    void noticesThatTheProcessStoodStillWhileItRead() {
        pass(300);
        assertThat(stall.read())
                .isEqualTo(new ReaderStall.Stall("the process or the machine stood still", Duration.ofSeconds(300)));
    }

    @Test
    void noticesThatTheMachineSleptWhichItsTickerDoesNot() {
        machine.advance(Duration.ofHours(7));
        assertThat(stall.read()).extracting(ReaderStall.Stall::time).isEqualTo(Duration.ofHours(7));
    }

    @Test
    void noticesThatTheSinkHeldIt() {
        pass(1);
        assertThat(stall.read()).isNull();
        pass(220);
        assertThat(stall.passedOn())
                .isEqualTo(new ReaderStall.Stall("the journal took nothing", Duration.ofSeconds(220)));
    }

    @Test
    void noticesThatTheMachineSleptWhileRecordsWerePassedOn() {
        machine.advance(Duration.ofHours(7));
        assertThat(stall.passedOn())
                .isEqualTo(new ReaderStall.Stall("the machine slept, or its clock was set,", Duration.ofHours(7)));
    }
}
