package io.github.dtstream.series.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueRunTest {
    private static final int MANY = 70_000;

    /** The times of many values, which are collected in the wrong order. */
    private static List<Long> run(long span) {
        List<Long> times = new ArrayList<>();
        ValueRun.over(
                0,
                span,
                (from, to, into) -> {
                    for (int i = MANY - 1; i >= 0; i--) {
                        long time = i * span / MANY;
                        if (time >= from && time < to) {
                            into.accept(time, i);
                        }
                    }
                },
                (time, value) -> times.add(time));
        return times;
    }

    @Test
    void handsOverEveryValueByTimeOfASpanThatHasTooManyForOneGo() {
        assertThat(run(3_600_000)).hasSize(MANY).isSorted();
    }

    @Test
    void leavesOutNoValueOfASpanThatIsTooShortToBeHalved() {
        assertThat(run(1_000)).hasSize(MANY).isSorted();
    }
}
