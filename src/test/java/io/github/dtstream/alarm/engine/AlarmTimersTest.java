package io.github.dtstream.alarm.engine;

import static io.github.dtstream.alarm.engine.RuleBuilder.is;
import static io.github.dtstream.alarm.engine.RuleBuilder.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AlarmTimersTest {
    private static final long START = 1_000_000;
    private static final long MINUTE = 60_000;

    private final StreamTime time = new StreamTime();
    private final Changes changes = new Changes();
    private final LifeCycle lifeCycle = new LifeCycle(changes, new Notifier(changes));
    private final AlarmTimers timers =
            new AlarmTimers(lifeCycle, new ValueAlarms(lifeCycle, time::now, new OpenGaps(time)), time);
    private final RuleInForce door =
            new RuleInForce(rule("door", Quantity.CONTACT).raise(is("OPEN"), 5).build());

    AlarmTimersTest() {
        time.passed(START, true);
        timers.ticked(Long.MAX_VALUE);
    }

    /** An alarm whose door is open since a time; it is raised five minutes later. */
    private Alarm open(String device, long since) {
        Alarm alarm = new Alarm(door, new DeviceTrack(new Device(device, "", "", Map.of())), Subject.VALUE);
        alarm.holds(since, Double.NaN, "OPEN", since);
        return alarm;
    }

    @Test
    void theFirstTickIsDueAtOnceAsNothingIsKnownBefore() {
        assertThat(new AlarmTimers(lifeCycle, new ValueAlarms(lifeCycle, time::now, new OpenGaps(time)), time)
                        .nextTick())
                .isZero();
    }

    @Test
    void takesWhatIsDueByNameNotByTime() {
        Alarm later = open("a", START + 1);
        Alarm earlier = open("b", START);
        timers.watch(later);
        timers.watch(earlier);
        assertThat(timers.nextTick()).isEqualTo(START + 5 * MINUTE);

        assertThat(timers.takeDue(START + 5 * MINUTE - 1)).isEmpty();
        assertThat(timers.takeDue(START + 6 * MINUTE)).containsExactly(later, earlier);
        assertThat(timers.earliest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void ofSeveralTimesOfAnAlarmTheEarliestCounts() {
        Alarm alarm = open("a", START + MINUTE);
        timers.watch(alarm);
        alarm.course().holdsSince = START;
        timers.watch(alarm);

        assertThat(timers.waiting(each -> true)).containsExactly(alarm);
        assertThat(timers.takeDue(START + 5 * MINUTE)).containsExactly(alarm);
        assertThat(timers.takeDue(START + 6 * MINUTE)).as("the other time").isEmpty();
    }

    @Test
    void whatIsForgottenIsNotDue() {
        Alarm alarm = open("a", START);
        timers.watch(alarm);
        timers.forget(alarm);

        assertThat(timers.takeDue(START + 5 * MINUTE)).isEmpty();
    }

    @Test
    void theNextTickIsTheEarliestOfAllThatIsDue() {
        timers.watch(open("a", START));
        timers.tickBy(START + MINUTE);
        assertThat(timers.nextTick()).isEqualTo(START + MINUTE);
        timers.ticked(START + 2 * MINUTE);
        assertThat(timers.nextTick()).isEqualTo(START + 2 * MINUTE);
        timers.ticked(Long.MAX_VALUE);
        assertThat(timers.nextTick()).isEqualTo(START + 5 * MINUTE);
    }

    @Test
    void inSilenceOnlyPeoplesTimesGoOn() {
        timers.watch(open("a", START));
        assertThat(timers.earliestInSilence()).isEqualTo(Long.MAX_VALUE);

        Alarm shelved = open("b", START);
        shelved.handling().shelvedUntil = START + MINUTE;
        timers.watch(shelved);
        assertThat(timers.earliestInSilence()).isEqualTo(START + MINUTE);
    }
}
