package io.github.dtstream.alarm.rule;

import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One rule: an alarm, for each of the devices that it is about. At least one of raise, excursion, delta and noData is there.
 *
 * @param name {@code [A-Za-z0-9_-]}, at most 64 characters; one rule has it
 * @param devices which devices it is about
 * @param quantity what it looks at; empty if it is about silence only
 * @param raise what raises the alarm, consecutively
 * @param clear what clears it; without, the alarm is cleared at once when raise does not hold
 * @param excursion what raises the alarm, accumulated
 * @param delta what raises the alarm, of a count
 * @param noData after how long a silence of the device a second alarm is raised, that of its silence
 * @param severity how much it matters
 * @param group which of its alarms are told together; without, each is told alone
 * @param acknowledgement how long an acknowledgement lasts; without, none is waited for
 * @param remind after how long an alarm that nobody has acknowledged is told again, and again; without, never
 * @param escalation who is told, in the order of time; empty: whoever listens, once
 * @param late what is told of what came and went unseen
 */
public record AlarmRule(
        String name,
        DeviceSelector devices,
        Optional<Quantity> quantity,
        Optional<Condition> raise,
        Optional<Clearance> clear,
        Optional<Excursion> excursion,
        Optional<Delta> delta,
        Optional<Duration> noData,
        Severity severity,
        Optional<Grouping> group,
        Optional<Duration> acknowledgement,
        Optional<Duration> remind,
        List<Escalation> escalation,
        LatePolicy late) {
    public AlarmRule {
        escalation = List.copyOf(escalation);
    }

    /** What it looks at, by its name. */
    public Optional<String> quantityName() {
        return quantity.map(Quantity::key);
    }
}
