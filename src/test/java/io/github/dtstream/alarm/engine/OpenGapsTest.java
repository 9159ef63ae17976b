package io.github.dtstream.alarm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class OpenGapsTest {
    private static final long START = 1_000_000_000;
    private static final long MINUTE = 60_000;

    private final StreamTime time = new StreamTime();
    private final OpenGaps gaps = new OpenGaps(time);

    OpenGapsTest() {
        time.passed(START, true);
    }

    /** The stream works for so many minutes more. */
    private void flows(int minutes) {
        for (int minute = 0; minute < minutes; minute++) {
            time.passed(time.now() + MINUTE, true);
        }
    }

    private static OpenGaps read(OpenGaps written, StreamTime time) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        written.write(new DataOutputStream(bytes));
        OpenGaps read = new OpenGaps(time);
        read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), true);
        return read;
    }

    @Test
    void aGapIsNewOnceAndFilledOnce() throws IOException {
        assertThat(gaps.open(2, 20)).isTrue();
        assertThat(gaps.open(1, 10)).isTrue();
        assertThat(gaps.open(2, 20)).isFalse();

        OpenGaps read = read(gaps, time);
        assertThat(read.isAnyIn(10, 11)).isTrue();
        assertThat(read.isAnyIn(20, 21)).isTrue();
        assertThat(read.isAnyIn(11, 20)).isFalse();
        assertThat(read.fill(2)).isTrue();
        assertThat(read.fill(2)).isFalse();
        assertThat(read.fill(1)).isTrue();
        assertThat(read.isAnyExpected()).isFalse();
    }

    @Test
    void itsEventsAreExpectedForAnHourInWhichTheStreamWorks() throws IOException {
        gaps.open(1, START);
        time.passed(START + 300 * MINUTE, true);
        assertThat(gaps.isGivenUp()).as("an interruption does not count").isFalse();
        flows(59);
        assertThat(gaps.isInDoubt(START, START + 1, 0)).isTrue();
        assertThat(gaps.isAnyExpected()).isTrue();
        assertThat(gaps.isGivenUp()).isFalse();
        assertThat(gaps.nextDue()).isEqualTo(time.now() + MINUTE);

        OpenGaps read = read(gaps, time);
        flows(1);
        for (OpenGaps each : new OpenGaps[] {gaps, read}) {
            assertThat(each.isInDoubt(START, START + 1, 0)).isFalse();
            assertThat(each.isAnyExpected()).isFalse();
            assertThat(each.isAnyIn(START, START + 1)).isTrue();
            assertThat(each.isGivenUp()).isTrue();
            assertThat(each.isGivenUp()).as("once").isFalse();
            assertThat(each.nextDue()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void ofSeveralInASpanTheFirstOpenedEndsTheDoubt() {
        gaps.open(1, START);
        flows(50);
        gaps.open(2, time.now());
        flows(10);
        long after = time.now() + 1;

        assertThat(gaps.isInDoubt(START, after, 0)).isFalse();
        assertThat(gaps.isInDoubt(START + 1, after, 0)).as("the second alone").isTrue();
        assertThat(gaps.isInDoubt(START, after, 61 * MINUTE)).isTrue();
        assertThat(gaps.isAnyExpected()).isTrue();
    }

    @Test
    void ofSeveralTheNewestOpenedCountsWhileItIsOpen() {
        assertThat(gaps.newestOpened()).isZero();
        flows(1);
        gaps.open(1, START);
        flows(1);
        gaps.open(2, START + 2 * MINUTE);
        flows(1);
        assertThat(gaps.open(1, START)).isFalse();
        assertThat(gaps.newestOpened()).isEqualTo(2 * MINUTE);
        gaps.fill(2);
        assertThat(gaps.newestOpened()).isEqualTo(MINUTE);
    }
}
