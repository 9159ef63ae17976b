package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Reading;
import java.util.Collection;

/** Alarms about values: what is current raises and clears them. Times are in milliseconds since 1970. */
final class ValueAlarms {
    private final LifeCycle lifeCycle;
    private final StreamTime time;

    ValueAlarms(LifeCycle lifeCycle, StreamTime time) {
        this.lifeCycle = lifeCycle;
        this.time = time;
    }

    /**
     * A value that is newer than all before it.
     *
     * @param gaps when the gaps began that are not filled yet
     */
    void current(Alarm alarm, Reading reading, Collection<Long> gaps) {
        boolean isAfterHole = false;
        for (long gap : gaps) {
            isAfterHole |= gap >= alarm.newest && gap < reading.time();
        }
        if (alarm.rule.raises(reading.number(), reading.state(), alarm.device.device)) {
            if (alarm.holdsSince == Alarm.NEVER) {
                alarm.holdsSince = reading.time();
            } else if (isAfterHole) {
                alarm.handling().resumed = reading.time();
            }
        } else {
            alarm.holdsSince = Alarm.NEVER;
            alarm.lastWell = reading.time();
        }
        alarm.newest = reading.time();
        alarm.number = reading.number();
        alarm.value = reading.state();
        accumulate(alarm, reading);
        evaluate(alarm, judgedAt(alarm, reading.time()), gaps);
        if (alarm.rule.isPulse()) {
            alarm.holdsSince = Alarm.NEVER;
            if (alarm.state.isRaised()) {
                lifeCycle.clear(alarm, reading.time(), "it is over", time.now());
            }
        }
    }

    /** Notes a value, whether current or late, in what is accumulated. */
    void accumulate(Alarm alarm, Reading reading) {
        RuleInForce rule = alarm.rule;
        if (rule.rule().excursion().isPresent() && reading.time() > alarm.lastUntil()) {
            long span = rule.rule().excursion().get().within().toMillis();
            SampleWindow window =
                    alarm.window == null ? new SampleWindow(reading.time(), span, rule.holdsOn()) : alarm.window;
            window.add(reading.time(), rule.exceeds(reading.number(), reading.state(), alarm.device.device));
            window.forgetBefore(alarm.newest);
            alarm.window = window;
        }
        if (rule.rule().delta().isPresent()) {
            CountWindow counts = alarm.counts == null
                    ? new CountWindow(rule.rule().delta().get().within().toMillis())
                    : alarm.counts;
            counts.add(reading.time(), reading.number());
            counts.forgetBefore(alarm.newest);
            alarm.counts = counts;
        }
    }

    private long judgedAt(Alarm alarm, long measured) {
        return alarm.rule.holdsOn() ? Math.max(measured, time.now()) : measured;
    }

    /** The clock has moved on. */
    void tick(Alarm alarm, Collection<Long> gaps) {
        if (alarm.rule.holdsOn() && alarm.newest != Alarm.NEVER && alarm.subject == AlarmKey.Subject.VALUE) {
            evaluate(alarm, judgedAt(alarm, alarm.newest), gaps);
        }
    }

    /** Judges the newest value once more: more is known now of what was before it. */
    void judgeAgain(Alarm alarm, Collection<Long> gaps) {
        if (alarm.newest != Alarm.NEVER) {
            evaluate(alarm, judgedAt(alarm, alarm.newest), gaps);
        }
    }

    /** When the clock alone changes it; {@link Long#MAX_VALUE} if it does not, or that is not known. */
    long nextDue(Alarm alarm) {
        if (!alarm.rule.holdsOn() || alarm.subject != AlarmKey.Subject.VALUE) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        if (alarm.state.isRaised()) {
            next = alarm.clearsSince == Alarm.NEVER ? next : alarm.clearsSince + alarm.rule.clearLasts();
        } else if (alarm.holdsSince != Alarm.NEVER) {
            next = alarm.holdsSince + alarm.rule.raiseLasts();
        }
        if (alarm.window != null && !alarm.state.isRaised()) {
            long missing = total(alarm) - alarm.window.held(time.now());
            next = Math.min(next, time.now() + Math.max(0, missing));
        }
        return next <= time.now() ? Long.MAX_VALUE : next;
    }

    private static long total(Alarm alarm) {
        return alarm.rule.rule().excursion().map(Excursion::total).orElseThrow().toMillis();
    }

    private void evaluate(Alarm alarm, long at, Collection<Long> gaps) {
        if (alarm.state.isRaised()) {
            clear(alarm, at);
        } else {
            raise(alarm, at, gaps);
        }
    }

    private void raise(Alarm alarm, long at, Collection<Long> gaps) {
        RuleInForce rule = alarm.rule;
        Device device = alarm.device.device;
        boolean holds = alarm.holdsSince != Alarm.NEVER;
        if (holds && at - alarm.holdsSince >= rule.raiseLasts() && !isInDoubt(alarm, at, gaps)) {
            long reached = alarm.holdsSince + rule.raiseLasts();
            lifeCycle.raise(
                    alarm,
                    alarm.holdsSince,
                    rule.holdsOn() ? Math.max(alarm.newest, reached) : at,
                    LifeCycle.describe(alarm, rule.raiseText(device)),
                    time.now());
        } else if (alarm.window != null && alarm.window.held(at) >= total(alarm)) {
            lifeCycle.raise(alarm, at, at, LifeCycle.describe(alarm, rule.excursionText(device)), time.now());
        } else if (alarm.counts != null && rule.isOff(alarm.counts, at, device)) {
            String reason = LifeCycle.describe(alarm, "it grew by " + rule.deltaText(device));
            lifeCycle.raise(alarm, at, at, reason, time.now());
        } else if (holds && alarm.state == AlarmState.NORMAL && rule.raiseLasts() > 0) {
            lifeCycle.pending(alarm, at);
        } else if (!holds && alarm.state == AlarmState.PENDING) {
            lifeCycle.withdraw(alarm, at);
        }
    }

    /** Whether it has held without a break only if it held in a gap, too, that is not filled yet. */
    private static boolean isInDoubt(Alarm alarm, long at, Collection<Long> gaps) {
        if (alarm.rule.raiseLasts() > 0) {
            for (long gap : gaps) {
                if (gap > alarm.holdsSince && gap < at) {
                    return true;
                }
            }
        }
        return false;
    }

    private void clear(Alarm alarm, long at) {
        RuleInForce rule = alarm.rule;
        Device device = alarm.device.device;
        boolean clears = rule.clears(alarm.number, alarm.value, device)
                && !rule.exceeds(alarm.number, alarm.value, device)
                && !(alarm.counts != null && rule.isOff(alarm.counts, at, device));
        if (!clears) {
            alarm.clearsSince = Alarm.NEVER;
            return;
        }
        if (alarm.clearsSince == Alarm.NEVER) {
            alarm.clearsSince = alarm.newest;
        }
        if (at - alarm.clearsSince >= rule.clearLasts()) {
            String text = rule.clearText(device);
            long when = rule.holdsOn() ? alarm.clearsSince + rule.clearLasts() : at;
            alarm.window = null;
            lifeCycle.clear(alarm, when, LifeCycle.describe(alarm, text.isEmpty() ? "it is over" : text), time.now());
        }
    }

    /** Its rule has become another: the newest value is judged by it. */
    void edited(Alarm alarm, RuleInForce old, Collection<Long> gaps) {
        RuleInForce rule = alarm.rule;
        alarm.window = rule.rule().excursion().equals(old.rule().excursion()) ? alarm.window : null;
        alarm.counts = rule.rule().delta().equals(old.rule().delta()) ? alarm.counts : null;
        alarm.late = null;
        alarm.clearsSince = Alarm.NEVER;
        if (!rule.rule().quantity().equals(old.rule().quantity())) {
            lifeCycle.end(alarm, time.now(), "the rule is about another quantity now");
            alarm.newest = Alarm.NEVER;
            alarm.number = Double.NaN;
            alarm.value = null;
            alarm.holdsSince = Alarm.NEVER;
        } else if (alarm.newest != Alarm.NEVER && !rule.isPulse()) {
            boolean raises = rule.raises(alarm.number, alarm.value, alarm.device.device);
            long held = alarm.holdsSince == Alarm.NEVER ? alarm.newest : alarm.holdsSince;
            alarm.holdsSince = raises ? held : Alarm.NEVER;
            evaluate(alarm, judgedAt(alarm, alarm.newest), gaps);
        }
    }
}
