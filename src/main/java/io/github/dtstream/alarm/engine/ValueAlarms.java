package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.window.CountWindow;
import io.github.dtstream.alarm.window.SampleWindow;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.reading.Reading;
import java.util.function.LongSupplier;

/** Alarms about values: present values raise and clear them. Times are in milliseconds since 1970. */
final class ValueAlarms {
    private final LifeCycle lifeCycle;
    private final LongSupplier now;
    private final OpenGaps gaps;

    /**
     * @param now the time
     * @param gaps the gaps that are not filled yet
     */
    ValueAlarms(LifeCycle lifeCycle, LongSupplier now, OpenGaps gaps) {
        this.lifeCycle = lifeCycle;
        this.now = now;
        this.gaps = gaps;
    }

    /** Processes a value that is newer than all before it. */
    void current(Alarm alarm, Reading reading) {
        if (alarm.rule.raises(reading.number(), reading.state(), alarm.device.device)) {
            long held = alarm.holdsSince();
            // The gap may have become known only after values that came after it.
            if (held != Alarm.NEVER && gaps.isAnyIn(Math.max(held, alarm.resumed()), reading.time())) {
                alarm.handling().resumed = reading.time();
            }
            alarm.holds(reading.time(), reading.number(), reading.state(), held == Alarm.NEVER ? reading.time() : held);
        } else {
            alarm.isWell(reading.time(), reading.number(), reading.state());
        }
        accumulate(alarm, reading);
        evaluate(alarm, judgedAt(alarm, reading.time()));
        if (alarm.rule.isPulse()) {
            alarm.course().holdsSince = Alarm.NEVER;
            if (alarm.state.isRaised()) {
                lifeCycle.clear(alarm, reading.time(), "the condition no longer holds", now.getAsLong());
            }
        }
    }

    /** Adds a value, present or late, to the accumulated data. */
    void accumulate(Alarm alarm, Reading reading) {
        RuleInForce rule = alarm.rule;
        if (rule.rule().excursion().isPresent() && reading.time() > alarm.lastUntil()) {
            long span = rule.rule().excursion().get().within().toMillis();
            SampleWindow known = alarm.samples();
            SampleWindow window = known == null ? new SampleWindow(reading.time(), span, rule.holdsOn()) : known;
            window.add(reading.time(), rule.exceeds(reading.number(), reading.state(), alarm.device.device));
            window.forgetBefore(alarm.newest);
            alarm.window = window;
        }
        if (rule.rule().delta().isPresent()) {
            CountWindow known = alarm.counts();
            CountWindow counts = known == null
                    ? new CountWindow(rule.rule().delta().get().within().toMillis())
                    : known;
            counts.add(reading.time(), reading.number());
            counts.forgetBefore(alarm.newest);
            alarm.window = counts;
        }
    }

    private long judgedAt(Alarm alarm, long measured) {
        return alarm.rule.holdsOn() ? Math.max(measured, now.getAsLong()) : measured;
    }

    /** The clock has moved on. */
    void tick(Alarm alarm) {
        if (alarm.rule.holdsOn() && alarm.newest != Alarm.NEVER && alarm.subject == AlarmKey.Subject.VALUE) {
            evaluate(alarm, judgedAt(alarm, alarm.newest));
        }
    }

    /** Judges the newest value again, as more is known about the values before it. */
    void judgeAgain(Alarm alarm) {
        if (alarm.newest != Alarm.NEVER) {
            evaluate(alarm, judgedAt(alarm, alarm.newest));
        }
    }

    /** When the clock alone changes it; {@link Long#MAX_VALUE} for never, or if that is not known. */
    long nextDue(Alarm alarm) {
        if (!alarm.rule.holdsOn() || alarm.subject != AlarmKey.Subject.VALUE) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        if (alarm.state.isRaised()) {
            next = alarm.clearsSince() == Alarm.NEVER ? next : alarm.clearsSince() + alarm.rule.clearLasts();
        } else if (alarm.holdsSince() != Alarm.NEVER) {
            next = alarm.holdsSince() + alarm.rule.raiseLasts();
            if (next <= now.getAsLong() && alarm.resumed() > alarm.holdsSince()) {
                next = alarm.resumed() + alarm.rule.raiseLasts();
            }
        }
        SampleWindow samples = alarm.samples();
        if (samples != null && !alarm.state.isRaised()) {
            long missing = total(alarm) - samples.held(now.getAsLong());
            next = Math.min(next, now.getAsLong() + Math.max(0, missing));
        }
        return next <= now.getAsLong() ? Long.MAX_VALUE : next;
    }

    private static long total(Alarm alarm) {
        return alarm.rule.rule().excursion().map(Excursion::total).orElseThrow().toMillis();
    }

    private void evaluate(Alarm alarm, long at) {
        if (alarm.state.isRaised()) {
            clear(alarm, at);
        } else {
            raise(alarm, at);
        }
    }

    private void raise(Alarm alarm, long at) {
        RuleInForce rule = alarm.rule;
        Device device = alarm.device.device;
        boolean holds = alarm.holdsSince() != Alarm.NEVER;
        SampleWindow samples = alarm.samples();
        CountWindow counts = alarm.counts();
        long since = surelyHoldsSince(alarm, at);
        if (since != Alarm.NEVER && at - since >= rule.raiseLasts()) {
            boolean isDoubted = rule.raiseLasts() > 0 && gaps.isAnyIn(since, at);
            long reached = since + rule.raiseLasts();
            lifeCycle.raise(
                    alarm,
                    since,
                    rule.holdsOn() ? Math.max(alarm.newest, reached) : at,
                    LifeCycle.describe(alarm, rule.raiseText(device)),
                    isDoubted ? LifeCycle.AS_FAR_AS_KNOWN : "",
                    now.getAsLong());
        } else if (samples != null && samples.held(at) >= total(alarm)) {
            lifeCycle.raise(alarm, at, at, LifeCycle.describe(alarm, rule.excursionText(device)), now.getAsLong());
        } else if (counts != null && rule.isOff(counts, at, device)) {
            String reason = LifeCycle.describe(alarm, "it grew by " + rule.deltaText(device));
            lifeCycle.raise(alarm, at, at, reason, now.getAsLong());
        } else if (holds && alarm.state == AlarmState.NORMAL && rule.raiseLasts() > 0) {
            lifeCycle.pending(alarm, at);
        } else if (!holds && alarm.state == AlarmState.PENDING) {
            lifeCycle.withdraw(alarm, at);
        }
    }

    /**
     * Since when the condition has held without a break, also if it did not hold in a gap that is open: since the first
     * value after it. {@link Alarm#NEVER} if no value says so.
     *
     * <p>A gap begins with the newest event before it, which may be the very event since which it holds; the events after
     * that one are missing.
     */
    private long surelyHoldsSince(Alarm alarm, long at) {
        long since = alarm.holdsSince();
        if (since == Alarm.NEVER || alarm.rule.raiseLasts() == 0 || !isInDoubt(alarm, since, at)) {
            return since;
        }
        long resumed = alarm.resumed();
        return resumed > since && !isInDoubt(alarm, resumed, at) ? resumed : Alarm.NEVER;
    }

    /**
     * Numbers come at intervals, so those after a gap soon show by themselves whether the condition holds. A door that is
     * open sends nothing more until it is closed. After a while without the missing events it counts as open, and a number
     * between two gaps that was too high all the time counts as too high: an alarm that turns out to be wrong is better than
     * none, and the missing events end it.
     */
    private boolean isInDoubt(Alarm alarm, long since, long at) {
        return gaps.isInDoubt(since, at, alarm.rule.holdsOn() ? 0 : alarm.rule.raiseLasts());
    }

    private void clear(Alarm alarm, long at) {
        RuleInForce rule = alarm.rule;
        Device device = alarm.device.device;
        CountWindow counts = alarm.counts();
        boolean clears = rule.clears(alarm.number, alarm.value, device)
                && !rule.exceeds(alarm.number, alarm.value, device)
                && !(counts != null && rule.isOff(counts, at, device));
        if (!clears) {
            alarm.handling().clearsSince = Alarm.NEVER;
            return;
        }
        if (alarm.clearsSince() == Alarm.NEVER) {
            alarm.handling().clearsSince = alarm.newest;
        }
        if (at - alarm.clearsSince() >= rule.clearLasts()) {
            String text = rule.clearText(device);
            long when = rule.holdsOn() ? alarm.clearsSince() + rule.clearLasts() : at;
            alarm.window = counts;
            lifeCycle.clear(
                    alarm,
                    when,
                    LifeCycle.describe(alarm, text.isEmpty() ? "the condition no longer holds" : text),
                    now.getAsLong());
        }
    }

    /** Its rule has changed, so the newest value is judged by it. */
    void edited(Alarm alarm, RuleInForce old) {
        RuleInForce rule = alarm.rule;
        boolean sumsUpTheSame = rule.rule().excursion().equals(old.rule().excursion())
                && rule.rule().delta().equals(old.rule().delta());
        alarm.window = sumsUpTheSame ? alarm.window : null;
        if (alarm.state.isRaised()) {
            alarm.handling().clearsSince = Alarm.NEVER;
        }
        if (!rule.rule().quantity().equals(old.rule().quantity())) {
            lifeCycle.end(alarm, now.getAsLong(), "the rule now watches another quantity");
            alarm.forgetValues();
        } else if (alarm.newest != Alarm.NEVER && !rule.isPulse()) {
            boolean raises = rule.raises(alarm.number, alarm.value, alarm.device.device);
            if (raises && alarm.holdsSince() == Alarm.NEVER) {
                alarm.course().holdsSince = alarm.newest;
            } else if (!raises && alarm.holdsSince() != Alarm.NEVER) {
                alarm.course().holdsSince = Alarm.NEVER;
            }
            evaluate(alarm, judgedAt(alarm, alarm.newest));
        }
    }
}
