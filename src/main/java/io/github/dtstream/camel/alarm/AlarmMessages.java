package io.github.dtstream.camel.alarm;

import io.github.dtstream.alarm.AlarmChangeEvents;
import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.alarm.change.AlarmChange.GapChange;
import io.github.dtstream.alarm.change.AlarmChange.Member;
import io.github.dtstream.alarm.change.AlarmChange.Notification;
import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import io.github.dtstream.alarm.change.AlarmChange.Transition;
import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.event.Event;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Message;

/** Makes the Camel message of an entry of the alarm journal: an event's message with additional headers. Stateless. */
public final class AlarmMessages {
    private AlarmMessages() {}

    /**
     * Adds the headers of {@link DtAlarmConstants} to the message of an alarm event.
     *
     * @throws IllegalArgumentException if its content is not known
     */
    public static void addHeaders(Message message, Event event) {
        try {
            AlarmChangeEvents.change(event).ifPresent(change -> addHeaders(message, change));
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Adds the headers of {@link DtAlarmConstants} to the message of a change. */
    static void addHeaders(Message message, AlarmChange change) {
        if (change instanceof Transition transition) {
            add(message, transition);
        } else if (change instanceof Notification notification) {
            add(message, notification);
        } else if (change instanceof GapChange gap) {
            message.setHeader(DtAlarmConstants.KIND, gap.isFilled() ? "gap-filled" : "gap-opened");
        }
    }

    private static void add(Message message, Transition change) {
        message.setHeader(DtAlarmConstants.RULE, change.key().rule());
        message.setHeader(DtAlarmConstants.KIND, change.kind().label());
        message.setHeader(DtAlarmConstants.STATE, change.state().label());
        message.setHeader(DtAlarmConstants.SUBJECT, change.key().subject().label());
        message.setHeader(DtAlarmConstants.SEVERITY, change.severity().label());
        message.setHeader(DtAlarmConstants.SINCE, change.since().toString());
        message.setHeader(DtAlarmConstants.VALUE, change.value());
        message.setHeader(DtAlarmConstants.COUNT, 1);
        message.setHeader(DtAlarmConstants.LATE, change.isLate());
        message.setHeader(DtAlarmConstants.STALE, change.isStale());
        message.setHeader(DtAlarmConstants.TEXT, change.reason());
        message.setHeader(DtAlarmConstants.DEVICE_NAME, change.deviceName());
    }

    private static void add(Message message, Notification notification) {
        message.setHeader(DtAlarmConstants.RULE, notification.rule());
        message.setHeader(DtAlarmConstants.KIND, notification.occasion().label());
        message.setHeader(DtAlarmConstants.SEVERITY, notification.severity().label());
        message.setHeader(DtAlarmConstants.TO, notification.to());
        message.setHeader(DtAlarmConstants.STEP, notification.step());
        message.setHeader(DtAlarmConstants.GROUP, notification.group());
        message.setHeader(DtAlarmConstants.COUNT, notification.count());
        message.setHeader(DtAlarmConstants.LATE, notification.occasion() == Occasion.DIGEST);
        message.setHeader(DtAlarmConstants.TEXT, notification.text());
        List<Member> members = notification.members();
        message.setHeader(
                DtAlarmConstants.SINCE,
                members.stream()
                        .map(Member::since)
                        .min(Instant::compareTo)
                        .orElse(notification.time())
                        .toString());
        List<Subject> subjects = members.stream()
                .map(member -> member.key().subject())
                .distinct()
                .toList();
        if (subjects.size() == 1) {
            message.setHeader(DtAlarmConstants.SUBJECT, subjects.get(0).label());
        }
        if (notification.count() == 1 && members.size() == 1) {
            message.setHeader(DtAlarmConstants.VALUE, members.get(0).value());
            message.setHeader(DtAlarmConstants.DEVICE_NAME, members.get(0).deviceName());
        }
    }
}
