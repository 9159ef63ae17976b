package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.rule.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One entry of the alarm journal. */
public sealed interface AlarmChange {
    /** The same wherever and however often it is computed, so that the alarm journal takes it once. */
    String id();

    /** When it happened, in measurement time. */
    Instant time();

    /** What happened to an alarm. */
    enum Kind {
        PENDING("pending"),
        /** It was pending, and holds no more. */
        WITHDRAWN("withdrawn"),
        RAISED("raised"),
        CLEARED("cleared"),
        ACKNOWLEDGED("acknowledged"),
        /** An acknowledgement is over while the alarm is still raised. */
        LAPSED("lapsed"),
        SHELVED("shelved"),
        UNSHELVED("unshelved"),
        COMMENTED("commented"),
        /** The device is silent: its alarm is as it was, and may be wrong by now. */
        STALE("stale"),
        /** The device speaks again. */
        FRESH("fresh"),
        /** The alarm is no more: its device left the project, or its rule was taken away. */
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
     * One alarm changed.
     *
     * @param kind what happened
     * @param key which alarm
     * @param deviceName what people call the device
     * @param state where it stands now
     * @param severity how much it matters
     * @param since since when it has been raised, or pending; of one that was raised when it ended, since when it had been; else the
     *     time of the change
     * @param value the value that counted, as people write it, with its unit; empty where there is none
     * @param isLate whether it is about what arrived late: it says nothing about now
     * @param isStale whether the device is silent, so that the state is that of before
     * @param reason one sentence for people
     * @param person who did it, and what he wrote; empty where nobody did
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
     * Who did something.
     *
     * @param name as given
     * @param comment what he wrote; may be empty
     * @param until until when it lasts; null where it has no end of its own
     */
    record Person(String name, String comment, @Nullable Instant until) {}

    /** Why people are told. */
    enum Occasion {
        RAISED("raised"),
        CLEARED("cleared"),
        REMINDER("reminder"),
        ESCALATION("escalation"),
        /** Came and went unseen. */
        DIGEST("digest"),
        /** So many changes that they are told together. */
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
     * People are to be told.
     *
     * @param rule the rule of all of its alarms
     * @param occasion why
     * @param severity how much it matters
     * @param step of the escalation, from 1; 0 where the rule has none
     * @param to who, as the rule names them; empty: whoever listens
     * @param group what its devices have in common; empty where the rule does not group
     * @param count how many alarms it is about
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
     * One alarm that people are told of.
     *
     * @param since when it was raised
     * @param value the value that counted, with its unit; may be empty
     */
    record Member(AlarmKey key, String deviceName, Instant since, String value) {}

    /**
     * The stream was interrupted, or what was missed is there: notifications about that time wait until then.
     *
     * @param gap the gap's number in the ledger
     * @param isFilled whether it is over and filled, or known to be beyond filling
     */
    record GapChange(String id, Instant time, long gap, boolean isFilled) implements AlarmChange {}
}
