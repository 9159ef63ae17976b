package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.notification.Topic;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.alarm.rule.Grouping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of an alarm, by ANSI/ISA-18.2: raised, acknowledged, returned; and shelved. Passes each step to the alarm
 * journal, and notifications to the notifier. {@code now} is the stream's clock, in milliseconds since 1970.
 */
final class LifeCycle {
    /** The end of a reason that events in an open gap may prove wrong. */
    static final String AS_FAR_AS_KNOWN = ", as far as is known: events of an interruption are still missing";

    private final Changes changes;
    private final Notifier notifier;

    LifeCycle(Changes changes, Notifier notifier) {
        this.changes = changes;
        this.notifier = notifier;
    }

    void pending(Alarm alarm, long at) {
        alarm.state = AlarmState.PENDING;
        alarm.course().since = alarm.holdsSince();
        say(alarm, Kind.PENDING, at, describe(alarm, alarm.rule.raiseText(alarm.device.device)), null);
    }

    void withdraw(Alarm alarm, long at) {
        alarm.state = AlarmState.NORMAL;
        alarm.course().since = at;
        say(alarm, Kind.WITHDRAWN, at, describe(alarm, "the condition did not last"), null);
    }

    /**
     * @param since since when the condition has held
     * @param at when it had held long enough
     */
    void raise(Alarm alarm, long since, long at, String reason, long now) {
        raise(alarm, since, at, reason, "", now);
    }

    /** @param remark the end of the reason, for the people who are told at once, too; may be empty */
    void raise(Alarm alarm, long since, long at, String reason, String remark, long now) {
        alarm.state = AlarmState.UNACKNOWLEDGED;
        alarm.course().since = since;
        Alarm.Handling handling = alarm.handling();
        handling.clearsSince = Alarm.NEVER;
        handling.raisedAt = now;
        handling.acknowledgedUntil = Alarm.NEVER;
        handling.steps = 0;
        handling.toldAt = Alarm.NEVER;
        say(alarm, Kind.RAISED, at, reason + remark, null);
        escalate(alarm, remark, now);
    }

    void clear(Alarm alarm, long at, String reason, long now) {
        boolean isOwed = alarm.state == AlarmState.UNACKNOWLEDGED
                && alarm.rule.rule().acknowledgement().isPresent();
        alarm.handling().lastSince = alarm.since();
        alarm.handling().lastUntil = at;
        alarm.state = isOwed ? AlarmState.RETURNED : AlarmState.NORMAL;
        alarm.course().since = at;
        alarm.handling().clearsSince = Alarm.NEVER;
        say(alarm, Kind.CLEARED, at, reason, null);
        tellEnd(alarm, reason, now);
        alarm.handling().isConsequence = false;
    }

    /** Ends the alarm, and drops its state. */
    void end(Alarm alarm, long now, String reason) {
        if (alarm.state == AlarmState.NORMAL && !alarm.isShelved()) {
            return;
        }
        boolean wasRaised = alarm.state.isRaised();
        alarm.state = AlarmState.NORMAL;
        alarm.handling().shelvedUntil = Alarm.NEVER;
        if (!wasRaised) {
            alarm.course().since = now;
        }
        say(alarm, Kind.ENDED, now, reason, null);
        alarm.course().since = now;
        if (wasRaised) {
            tellEnd(alarm, describe(alarm, reason), now);
        }
    }

    void stale(Alarm alarm, boolean isStale, long at) {
        if (alarm.isStale() != isStale) {
            alarm.handling().isStale = isStale;
            String reason = isStale ? "the device sends nothing; the alarm keeps its state" : "the device sends again";
            say(alarm, isStale ? Kind.STALE : Kind.FRESH, at, reason, null);
        }
    }

    void acknowledge(Alarm alarm, Person person, long now) {
        if (!alarm.state.isRaised() && alarm.state != AlarmState.RETURNED) {
            throw new IllegalArgumentException(
                    "the alarm is " + alarm.state.label() + ": there is nothing to acknowledge");
        }
        long lasts = alarm.rule
                .rule()
                .acknowledgement()
                .map(duration -> duration.toMillis())
                .orElse(Long.MAX_VALUE - now);
        boolean isRaised = alarm.state.isRaised();
        alarm.state = isRaised ? AlarmState.ACKNOWLEDGED : AlarmState.NORMAL;
        alarm.handling().acknowledgedUntil = isRaised ? now + lasts : Alarm.NEVER;
        alarm.handling().person = person;
        say(alarm, Kind.ACKNOWLEDGED, now, "acknowledged by " + person.name(), person);
    }

    void shelve(Alarm alarm, Person person, long now) {
        Instant until = person.until();
        if (until == null || until.toEpochMilli() <= now) {
            throw new IllegalArgumentException("an alarm can only be shelved until a time in the future");
        }
        alarm.handling().shelvedUntil = until.toEpochMilli();
        alarm.handling().person = person;
        say(alarm, Kind.SHELVED, now, "shelved by " + person.name() + " until " + until, person);
    }

    void unshelve(Alarm alarm, Person person, long now) {
        if (!alarm.isShelved()) {
            throw new IllegalArgumentException("the alarm is not shelved");
        }
        unshelve(alarm, now, "unshelved by " + person.name(), person);
    }

    private void unshelve(Alarm alarm, long now, String reason, @Nullable Person person) {
        alarm.handling().shelvedUntil = Alarm.NEVER;
        say(alarm, Kind.UNSHELVED, now, reason, person);
    }

    void comment(Alarm alarm, Person person, long now) {
        say(alarm, Kind.COMMENTED, now, person.name() + ": " + person.comment(), person);
    }

    /** Makes the changes that are due by the clock. */
    void tick(Alarm alarm, long now) {
        if (alarm.isShelved() && alarm.handling().shelvedUntil <= now) {
            unshelve(alarm, now, "the time of shelving is over", null);
        }
        if (alarm.state == AlarmState.ACKNOWLEDGED && alarm.handling().acknowledgedUntil <= now) {
            alarm.state = AlarmState.UNACKNOWLEDGED;
            say(alarm, Kind.LAPSED, now, "the acknowledgement has expired, and the alarm is still raised", null);
            remind(alarm, now);
        }
        escalate(alarm, "", now);
        long remind =
                alarm.rule.rule().remind().map(duration -> duration.toMillis()).orElse(0L);
        if (isToBeTold(alarm)
                && remind > 0
                && alarm.handling().toldAt != Alarm.NEVER
                && now - alarm.handling().toldAt >= remind) {
            remind(alarm, now);
        }
    }

    /** The clock that was set while nothing was received was ahead; reminders must not come later because of that. */
    void clockWasAhead(Alarm alarm, long now) {
        if (alarm.state.isRaised() && alarm.handling().toldAt > now) {
            alarm.handling().toldAt = now;
        }
    }

    /** When {@link #tick} has work next; {@link Long#MAX_VALUE} if that is not known. */
    long nextDue(Alarm alarm, long now) {
        long next = alarm.isShelved() ? alarm.handling().shelvedUntil : Long.MAX_VALUE;
        if (alarm.state == AlarmState.ACKNOWLEDGED) {
            next = Math.min(next, alarm.handling().acknowledgedUntil);
        }
        if (isToBeTold(alarm)) {
            AlarmRule rule = alarm.rule.rule();
            if (alarm.handling().steps < steps(rule).size()) {
                long after = steps(rule).get(alarm.handling().steps).after().toMillis();
                next = Math.min(next, Math.max(now, alarm.handling().raisedAt + after));
            }
            if (rule.remind().isPresent() && alarm.handling().toldAt != Alarm.NEVER) {
                next = Math.min(
                        next, alarm.handling().toldAt + rule.remind().get().toMillis());
            }
        }
        return next;
    }

    private static boolean isToBeTold(Alarm alarm) {
        return alarm.state == AlarmState.UNACKNOWLEDGED && !alarm.isShelved() && !alarm.isConsequence();
    }

    /** A rule without escalation has one step without a recipient. */
    private static List<Escalation> steps(AlarmRule rule) {
        return rule.escalation().isEmpty() ? List.of(new Escalation(Duration.ZERO, "")) : rule.escalation();
    }

    /** How many of the rule's steps have taken place. An edit may have left fewer than people were told by. */
    private static int told(Alarm alarm) {
        return Math.min(alarm.handling().steps, steps(alarm.rule.rule()).size());
    }

    private static int number(AlarmRule rule, int step) {
        return rule.escalation().isEmpty() ? 0 : step + 1;
    }

    private void escalate(Alarm alarm, String remark, long now) {
        List<Escalation> steps = steps(alarm.rule.rule());
        while (isToBeTold(alarm)
                && alarm.handling().steps < steps.size()
                && now - alarm.handling().raisedAt
                        >= steps.get(alarm.handling().steps).after().toMillis()) {
            Occasion occasion =
                    steps.get(alarm.handling().steps).after().isZero() ? Occasion.RAISED : Occasion.ESCALATION;
            tell(alarm, occasion, alarm.handling().steps, describe(alarm, why(alarm)) + remark, now);
            alarm.handling().steps++;
            alarm.handling().toldAt = now;
        }
    }

    private void remind(Alarm alarm, long now) {
        if (isToBeTold(alarm)) {
            for (int step = 0; step < told(alarm); step++) {
                tell(alarm, Occasion.REMINDER, step, describe(alarm, why(alarm)), now);
            }
            alarm.handling().toldAt = now;
        }
    }

    private void tellEnd(Alarm alarm, String reason, long now) {
        for (int step = 0; step < told(alarm); step++) {
            Topic topic = topic(alarm, Occasion.CLEARED, step);
            boolean raiseWaits = notifier.withdraw(topic.with(Occasion.RAISED), alarm.key());
            boolean escalationWaits = notifier.withdraw(topic.with(Occasion.ESCALATION), alarm.key());
            notifier.withdraw(topic.with(Occasion.REMINDER), alarm.key());
            if (!raiseWaits && !escalationWaits && !alarm.isShelved()) {
                tell(alarm, Occasion.CLEARED, step, reason, now);
            }
        }
        alarm.handling().steps = 0;
        alarm.handling().toldAt = Alarm.NEVER;
    }

    private void tell(Alarm alarm, Occasion occasion, int step, String text, long now) {
        AlarmRule rule = alarm.rule.rule();
        Topic topic = topic(alarm, occasion, step);
        long pause = topic.group().isEmpty()
                ? 0
                : rule.group()
                        .map(Grouping::pause)
                        .map(duration -> duration.toMillis())
                        .orElse(0L);
        Member member = new Member(
                alarm.key(), alarm.device.device.name(), Instant.ofEpochMilli(alarm.since()), alarm.valueText());
        notifier.tell(topic, rule.severity(), member, rule.name() + ": " + text, now + pause, now);
    }

    /** The topic of a notification about an alarm of late values; it goes to the recipients of the first step. */
    Topic lateTopic(RuleInForce rule, Occasion occasion) {
        return new Topic(
                rule.name(),
                "",
                occasion,
                number(rule.rule(), 0),
                steps(rule.rule()).get(0).to());
    }

    private static Topic topic(Alarm alarm, Occasion occasion, int step) {
        AlarmRule rule = alarm.rule.rule();
        String group = rule.group()
                .map(Grouping::by)
                .map(label -> alarm.device.device.labels().getOrDefault(label, ""))
                .orElse("");
        return new Topic(
                rule.name(),
                group,
                occasion,
                number(rule, step),
                steps(rule).get(step).to());
    }

    /** The reason for the alarm's present state. */
    private static String why(Alarm alarm) {
        Instant since = Instant.ofEpochMilli(alarm.since());
        return alarm.subject == AlarmKey.Subject.NO_DATA
                ? "it has sent nothing since " + since
                : conditionText(alarm) + ", since " + since;
    }

    private static String conditionText(Alarm alarm) {
        RuleInForce rule = alarm.rule;
        if (rule.rule().delta().isPresent()) {
            return "it grew by " + rule.deltaText(alarm.device.device);
        }
        return rule.rule().raise().isPresent()
                ? rule.raiseText(alarm.device.device)
                : rule.excursionText(alarm.device.device);
    }

    /** A sentence that begins with the device. */
    static String describe(Alarm alarm, String what) {
        String value = alarm.valueText();
        String quantity = alarm.rule.rule().quantity().map(each -> each.key()).orElse("");
        if (value.isEmpty()) {
            return alarm.device.device.name() + ": " + what;
        }
        // A state is named once: contact OPEN for 5 s.
        String told = what.startsWith(value) ? what : value + ", " + what;
        if (alarm.device.id().isEmpty()) {
            return StreamAlarms.NAME + ": " + told + StreamAlarms.remark(alarm);
        }
        return alarm.device.device.name() + ": " + quantity + " " + told;
    }

    private void say(Alarm alarm, Kind kind, long at, String reason, @Nullable Person person) {
        changes.add(new Transition(
                changes.nextId(),
                Instant.ofEpochMilli(at),
                kind,
                alarm.key(),
                alarm.device.device.name(),
                alarm.state,
                alarm.rule.rule().severity(),
                Instant.ofEpochMilli(alarm.since()),
                alarm.valueText(),
                false,
                alarm.isStale(),
                reason,
                Optional.ofNullable(person)));
    }
}
