package io.github.dtstream.alarm.notification;

import io.github.dtstream.alarm.change.AlarmChange.Occasion;
import java.util.Comparator;

/**
 * The topic of a notification. Members with the same topic may share one.
 *
 * @param group what its devices have in common; empty without grouping
 * @param step the number of the escalation's step; 0 without escalation
 * @param to the recipient; empty if the rule names none
 */
public record Topic(String rule, String group, Occasion occasion, int step, String to) implements Comparable<Topic> {
    private static final Comparator<Topic> ORDER = Comparator.comparing(Topic::rule)
            .thenComparing(Topic::group)
            .thenComparing(Topic::occasion)
            .thenComparingInt(Topic::step)
            .thenComparing(Topic::to);

    @Override
    public int compareTo(Topic other) {
        return ORDER.compare(this, other);
    }

    /** The same topic for another occasion. */
    public Topic with(Occasion other) {
        return new Topic(rule, group, other, step, to);
    }
}
