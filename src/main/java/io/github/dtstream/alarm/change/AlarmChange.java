package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.rule.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One entry of the alarm journal. */
public sealed interface AlarmChange {
    /** The same whenever it is computed, so that the alarm journal has it once. */
    String id();

    /** When it happened, by the time of measurement. */
    Instant time();

    /** What happened to an alarm. */
    enum Kind {
        PENDING("pending"),
        /** The alarm was pending, and its condition does not hold any more. */
        WITHDRAWN("withdrawn"),
        RAISED("raised"),
        CLEARED("cleared"),
        ACKNOWLEDGED("acknowledged"),
        /** An acknowledgement has lapsed while the alarm is still raised. */
        LAPSED("lapsed"),
        SHELVED("shelved"),
        UNSHELVED("unshelved"),
        COMMENTED("commented"),
        /** The device is silent: its alarm is unchanged, and may be wrong. */
        STALE("stale"),
        /** The device sends again. */
        FRESH("fresh"),
        /** The alarm has ended: its device left the project, or its rule was removed. */
        ENDED("ended");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The word in headers and messages. */
        public String label() {
            return label;
        }
    }

    /**
     * A change of one alarm.
     *
     * @param kind the change
     * @param key the alarm
     * @param deviceName the device's name for people
     * @param state the new state
     * @param severity the severity
     * @param since since when the alarm has been raised or pending; if it was raised when it ended, since when it had
     *     been; else the time of the change
     * @param value the value that counted, for people, with its unit; empty if there is none
     * @param isLate whether it is about late values, and so not about the present
     * @param isStale whether the device is silent, so that the state is that of before
     * @param reason one sentence for people
     * @param person the person who did it, with a comment; empty if nobody did
     */
    record Transition(
            String id,
            Instant time,
            Kind kind,
            AlarmKey key,
            String deviceName,
            AlarmState state,
            Severity severity,
            Instant since,
            String value,
            boolean isLate,
            boolean isStale,
            String reason,
            Optional<Person> person)
            implements AlarmChange {}

    /**
     * A person who did something.
     *
     * @param name as given
     * @param comment the person's comment; may be empty
     * @param until how long it lasts; null if it has no end of its own
     */
    record Person(String name, String comment, @Nullable Instant until) {}

    /** The reason of a notification. */
    enum Occasion {
        RAISED("raised"),
        CLEARED("cleared"),
        REMINDER("reminder"),
        ESCALATION("escalation"),
        /** Alarms of late values, which were raised and cleared. */
        DIGEST("digest"),
        /** So many changes that they are reported together. */
        FLOOD("flood");

        private final String label;

        Occasion(String label) {
            this.label = label;
        }

        /** The word in headers and messages. */
        public String label() {
            return label;
        }
    }

    /**
     * A notification for people.
     *
     * @param rule the rule of all its alarms
     * @param occasion the reason
     * @param severity the severity
     * @param step the step of the escalation, from 1; 0 without an escalation
     * @param to the recipient's name in the rule; empty for none
     * @param group what its devices have in common; empty without grouping
     * @param count the number of its alarms
     * @param members the first hundred of them
     * @param text some sentences for people
     */
    record Notification(
            String id,
            Instant time,
            String rule,
            Occasion occasion,
            Severity severity,
            int step,
            String to,
            String group,
            int count,
            List<Member> members,
            String text)
            implements AlarmChange {
        public Notification {
            members = List.copyOf(members);
        }
    }

    /**
     * One alarm of a notification.
     *
     * @param since when it was raised
     * @param value the value that counted, with its unit; may be empty
     */
    record Member(AlarmKey key, String deviceName, Instant since, String value) {}

    /**
     * The stream was interrupted, or the missed events have arrived; notifications about that time wait until then.
     *
     * @param gap the gap's number in the gap ledger
     * @param isFilled whether it is filled, or unfillable
     */
    record GapChange(String id, Instant time, long gap, boolean isFilled) implements AlarmChange {}
}
