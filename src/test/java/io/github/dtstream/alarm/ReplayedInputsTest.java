package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.AlarmLog.Logged;
import io.github.dtstream.alarm.change.AlarmInput;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

final class ReplayedInputsTest {
    private static AlarmEntry told(long after) {
        return new AlarmEntry.Told(new AlarmInput.TimePassed("i" + after, Instant.EPOCH), after, Instant.EPOCH);
    }

    private static AlarmEntry edited(long after) {
        return new AlarmEntry.Edited("e" + after, after, Instant.EPOCH, "alarms: []");
    }

    /** As the journal has them, from number 101 on. */
    private static Deque<Logged> inputs(AlarmEntry... entries) {
        Deque<Logged> inputs = new ArrayDeque<>();
        for (AlarmEntry entry : entries) {
            inputs.add(new Logged(entry, 101 + inputs.size(), Instant.EPOCH));
        }
        return inputs;
    }

    @Test
    void eachInputTakesEffectAfterItsEvent() {
        ReplayedInputs replayed = new ReplayedInputs();
        replayed.restart(inputs(told(3), edited(3), told(5)), 9);

        assertThat(replayed.next(2)).isNull();
        assertThat(replayed.next(3)).isEqualTo(told(3));
        assertThat(replayed.next(3)).isEqualTo(edited(3));
        assertThat(replayed.next(4)).isNull();
        assertThat(replayed.next(5)).isEqualTo(told(5));
        assertThat(replayed.isDone(8)).as("events of before are left").isFalse();
        assertThat(replayed.isDone(9)).isTrue();
    }

    @Test
    void atTheEndOfTheEventsOfBeforeTheRestTakesEffectAtOnce() {
        ReplayedInputs replayed = new ReplayedInputs();
        replayed.restart(inputs(told(12)), 9);

        assertThat(replayed.next(8)).isNull();
        assertThat(replayed.isDone(9)).as("an input is left").isFalse();
        assertThat(replayed.next(9)).isEqualTo(told(12));
        assertThat(replayed.isDone(9)).isTrue();
    }

    @Test
    void theFirstInputThatHasNotTakenEffectIsKnownUntilAllHave() {
        ReplayedInputs replayed = new ReplayedInputs();
        replayed.restart(inputs(told(3), told(5)), 9);

        assertThat(replayed.first()).map(Logged::sequence).contains(101L);
        replayed.next(3);
        assertThat(replayed.first()).map(Logged::sequence).contains(102L);
        replayed.next(5);
        assertThat(replayed.first()).isEmpty();
    }

    @Test
    void inputsAfterEventsThatDoNotComeAgainAreDropped() {
        assertThat(ReplayedInputs.from(inputs(told(3), edited(4), told(5)), 4))
                .extracting(Logged::entry)
                .containsExactly(edited(4), told(5));
    }
}
