package io.github.dtstream.alarm.rule;

import io.github.dtstream.reading.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One rule, with an alarm for each of its devices. It has at least one of raise, excursion, delta and noData.
 *
 * @param name {@code [A-Za-z0-9_-]}, at most 64 characters; unique
 * @param devices its devices
 * @param quantity its quantity; empty if it is about silence only
 * @param raise the condition that raises the alarm
 * @param clear the condition that clears it; without one, the alarm is cleared as soon as raise does not hold
 * @param excursion the accumulated time that raises the alarm
 * @param delta the growth of a count that raises the alarm
 * @param noData how long a silence of the device raises a second alarm
 * @param severity the severity
 * @param group which of its alarms share a notification; without it, each has its own
 * @param acknowledgement how long an acknowledgement lasts; without it, none is needed
 * @param remind the interval of reminders of an unacknowledged alarm; without it, there are none
 * @param escalation whom to notify, in the order of time; empty for a notification without a recipient
 * @param late the notifications about alarms of late values
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

    /** The name of its quantity. */
    public Optional<String> quantityName() {
        return quantity.map(Quantity::key);
    }
}
