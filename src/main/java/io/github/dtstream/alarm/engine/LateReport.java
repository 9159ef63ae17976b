package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmChange.Kind;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.notification.Changes;
import io.github.dtstream.alarm.notification.Notifier;
import io.github.dtstream.alarm.notification.Topic;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.reading.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Records the alarms that late values would have raised and cleared, and notifies of them as the rule says. */
final class LateReport {
    private final LifeCycle lifeCycle;
    private final Notifier notifier;
    private final Changes changes;

    LateReport(LifeCycle lifeCycle, Notifier notifier, Changes changes) {
        this.lifeCycle = lifeCycle;
        this.notifier = notifier;
        this.changes = changes;
    }

    /** An alarm that was raised and cleared by late values. */
    record Unseen(Alarm alarm, LateSamples.Episode episode) {}

    /** @param now the stream's clock, in milliseconds since 1970 */
    void report(RuleInForce rule, List<Unseen> unseen, long now) {
        unseen.forEach(this::record);
        if (unseen.isEmpty() || rule.rule().late() == LatePolicy.RECORD) {
            return;
        }
        if (rule.rule().late() == LatePolicy.DIGEST) {
            List<Member> members = unseen.stream().map(LateReport::member).toList();
            Topic topic = lifeCycle.lateTopic(rule, Occasion.DIGEST);
            notifier.digest(topic, rule.rule().severity(), members, Instant.ofEpochMilli(now), digest(rule, unseen));
        } else {
            Topic topic = lifeCycle.lateTopic(rule, Occasion.RAISED);
            for (Unseen each : unseen) {
                String text = rule.name() + ": " + sentence(each);
                notifier.tell(topic, rule.rule().severity(), member(each), text, now, now);
            }
        }
    }

    private void record(Unseen unseen) {
        say(unseen, Kind.RAISED, unseen.episode().since(), AlarmState.UNACKNOWLEDGED);
        say(unseen, Kind.CLEARED, unseen.episode().until(), AlarmState.NORMAL);
    }

    private void say(Unseen unseen, Kind kind, long at, AlarmState state) {
        Alarm alarm = unseen.alarm();
        changes.add(new Transition(
                changes.nextId(),
                Instant.ofEpochMilli(at),
                kind,
                alarm.key(),
                alarm.device.device.name(),
                state,
                alarm.rule.rule().severity(),
                Instant.ofEpochMilli(unseen.episode().since()),
                value(unseen),
                true,
                false,
                sentence(unseen),
                Optional.empty()));
    }

    private static String value(Unseen unseen) {
        return Reading.text(
                unseen.alarm().rule.quantity(),
                unseen.episode().number(),
                unseen.episode().state());
    }

    /** The worst value, or the accumulated time. */
    private static String what(Unseen unseen) {
        String value = value(unseen);
        return value.isEmpty() ? unseen.alarm().rule.excursionText(unseen.alarm().device.device) : value;
    }

    private static Member member(Unseen unseen) {
        return new Member(
                unseen.alarm().key(),
                unseen.alarm().device.device.name(),
                Instant.ofEpochMilli(unseen.episode().since()),
                value(unseen));
    }

    private static String sentence(Unseen unseen) {
        return span(unseen) + "; it is over, and its values arrived afterwards";
    }

    private static String span(Unseen unseen) {
        LateSamples.Episode episode = unseen.episode();
        return unseen.alarm().device.device.name() + ": " + what(unseen) + ", from "
                + Instant.ofEpochMilli(episode.since()) + " to " + Instant.ofEpochMilli(episode.until());
    }

    private static String digest(RuleInForce rule, List<Unseen> unseen) {
        String count = unseen.size() == 1
                ? "one alarm was raised and cleared"
                : unseen.size() + " alarms were raised and cleared";
        return Notifier.list(rule.name() + ": " + count + " before the values arrived:", unseen, LateReport::span);
    }
}
