package io.github.dtstream.alarm.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** The times at which the clock alone changes alarms of devices, in milliseconds since 1970. */
final class AlarmTimers {
    private final LifeCycle lifeCycle;
    private final ValueAlarms values;
    private final StreamTime time;
    /** Of several for one alarm, the one at {@link Alarm#due} counts; the others are left where they are. */
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));

    private long nextTick;

    private record Timer(long due, Alarm alarm) {}

    AlarmTimers(LifeCycle lifeCycle, ValueAlarms values, StreamTime time) {
        this.lifeCycle = lifeCycle;
        this.values = values;
        this.time = time;
    }

    /** An alarm was changed, so the clock may change it at another time now. */
    void watch(Alarm alarm) {
        long due = Math.min(lifeCycle.nextDue(alarm, time.now()), values.nextDue(alarm));
        if (due < alarm.due()) {
            alarm.course().due = due;
            timers.add(new Timer(due, alarm));
            tickBy(due);
        }
    }

    /** The clock changes an alarm no more. */
    void forget(Alarm alarm) {
        if (alarm.due() != Long.MAX_VALUE) {
            alarm.course().due = Long.MAX_VALUE;
        }
    }

    /** A time not after the next change; the first is due at once. */
    long nextTick() {
        return nextTick;
    }

    /** The clock changes something else at this time. */
    void tickBy(long due) {
        nextTick = Math.min(nextTick, due);
    }

    /**
     * All that was due has been changed.
     *
     * @param next when the clock changes something else; {@link Long#MAX_VALUE} for never
     */
    void ticked(long next) {
        nextTick = Math.min(next, earliest());
    }

    /** A time not after the first alarm is due; {@link Long#MAX_VALUE} if none is. */
    long earliest() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().due();
    }

    /** The same while nothing is received, when people's times go on, and none of measurement. */
    long earliestInSilence() {
        long due = Long.MAX_VALUE;
        for (Timer timer : timers) {
            due = Math.min(due, lifeCycle.nextDue(timer.alarm(), Long.MIN_VALUE));
        }
        return due;
    }

    /** Takes the alarms that are due, in a fixed order. */
    List<Alarm> takeDue(long now) {
        List<Alarm> due = new ArrayList<>();
        while (!timers.isEmpty() && timers.peek().due() <= now) {
            Timer timer = timers.poll();
            if (timer.due() == timer.alarm().due()) {
                timer.alarm().course().due = Long.MAX_VALUE;
                due.add(timer.alarm());
            }
        }
        due.sort(Alarm.BY_NAME);
        return due;
    }

    /** The alarms that wait for a time, in a fixed order. */
    List<Alarm> waiting(Predicate<Alarm> wanted) {
        return timers.stream()
                .map(Timer::alarm)
                .filter(wanted)
                .distinct()
                .sorted(Alarm.BY_NAME)
                .toList();
    }
}
