package io.github.dtstream.alarm.trial;

import io.github.dtstream.alarm.trial.RuleTrial.Raised;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The result of a trial.
 *
 * @param records the number of processed events and pings
 * @param begin when the first of them was received
 * @param end when the last of them was received
 * @param rules in the order of the rules' files
 */
public record TrialReport(long records, Instant begin, Instant end, List<RuleTrial> rules) {
    public TrialReport {
        rules = List.copyOf(rules);
    }

    /** What happened in this and in another stream, to which the same rules were applied. */
    public TrialReport and(TrialReport other) {
        if (records == 0) {
            return other;
        }
        if (other.records == 0) {
            return this;
        }
        List<RuleTrial> both = rules.stream()
                .map(rule -> other.rule(rule.rule()).map(rule::and).orElse(rule))
                .toList();
        return new TrialReport(
                records + other.records,
                begin.isBefore(other.begin) ? begin : other.begin,
                end.isAfter(other.end) ? end : other.end,
                both);
    }

    /** The average number of a rule's notifications per day; less than a day counts as one. */
    public double notificationsPerDay(RuleTrial rule) {
        double days = Math.max(1, Duration.between(begin, end).toMinutes() / (24 * 60.0));
        return rule.notifications() / days;
    }

    /**
     * The effect of an edit on one rule.
     *
     * @param more alarms that only the edited rule raises
     * @param gone alarms that only the earlier rule raises
     */
    public record Change(String rule, List<Raised> more, List<Raised> gone) {
        public Change {
            more = List.copyOf(more);
            gone = List.copyOf(gone);
        }
    }

    /** Whether an alarm is in both, that is, whether their spans overlap. */
    private static boolean isIn(Raised alarm, List<Raised> others, Instant end) {
        for (Raised other : others) {
            boolean overlaps = !alarm.since().isAfter(other.until().orElse(end))
                    && !other.since().isAfter(alarm.until().orElse(end));
            if (overlaps && other.key().equals(alarm.key())) {
                return true;
            }
        }
        return false;
    }

    /** The differences from the earlier rules, rule by rule; rules without a difference are left out. */
    public List<Change> against(TrialReport before) {
        Set<String> names = new LinkedHashSet<>();
        rules.forEach(rule -> names.add(rule.rule()));
        before.rules.forEach(rule -> names.add(rule.rule()));
        return names.stream()
                .map(name -> change(name, before))
                .filter(change -> !change.more().isEmpty() || !change.gone().isEmpty())
                .toList();
    }

    private Change change(String name, TrialReport before) {
        List<Raised> now = alarms(name);
        List<Raised> then = before.alarms(name);
        return new Change(
                name,
                now.stream().filter(alarm -> !isIn(alarm, then, end)).toList(),
                then.stream().filter(alarm -> !isIn(alarm, now, end)).toList());
    }

    private List<Raised> alarms(String name) {
        return rule(name).map(RuleTrial::alarms).orElse(List.of());
    }

    /** The rule with that name; empty if there is none. */
    public Optional<RuleTrial> rule(String name) {
        return rules.stream().filter(rule -> rule.rule().equals(name)).findFirst();
    }
}
