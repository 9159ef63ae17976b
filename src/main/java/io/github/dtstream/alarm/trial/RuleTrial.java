package io.github.dtstream.alarm.trial;

import io.github.dtstream.alarm.change.AlarmKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of one rule.
 *
 * @param rule the rule's name
 * @param alarms its alarms, in the order of time
 * @param notifications how many notifications people would have got
 * @param flapping how many alarms were raised again within a quarter of an hour after they were cleared
 */
public record RuleTrial(String rule, List<Raised> alarms, int notifications, int flapping) {
    public RuleTrial {
        alarms = List.copyOf(alarms);
    }

    /**
     * One alarm.
     *
     * @param since its beginning
     * @param until its end; empty if it is still raised
     * @param isLate whether it ended before its values arrived
     * @param reason one sentence
     */
    public record Raised(
            AlarmKey key, String deviceName, Instant since, Optional<Instant> until, boolean isLate, String reason) {
        /** Its duration; until the end of the trial if it is still raised. */
        public Duration length(Instant end) {
            Instant over = until.orElse(end);
            return over.isBefore(since) ? Duration.ZERO : Duration.between(since, over);
        }
    }

    /** The results of the same rule for this and for another stream. */
    RuleTrial and(RuleTrial other) {
        List<Raised> both = Stream.concat(alarms.stream(), other.alarms.stream())
                .sorted(Comparator.comparing(Raised::since))
                .toList();
        return new RuleTrial(rule, both, notifications + other.notifications, flapping + other.flapping);
    }

    /** The longest alarm; empty if there was none. */
    public Optional<Raised> longest(Instant end) {
        return alarms.stream().max((one, other) -> one.length(end).compareTo(other.length(end)));
    }

    /** The number of devices with alarms. */
    public long devices() {
        return alarms.stream().map(alarm -> alarm.key().deviceId()).distinct().count();
    }
}
