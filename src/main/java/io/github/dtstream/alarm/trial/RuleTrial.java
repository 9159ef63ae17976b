package io.github.dtstream.alarm.trial;

import io.github.dtstream.alarm.change.AlarmKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one rule would have done.
 *
 * @param rule its name
 * @param alarms what it raised, in the order of time
 * @param notifications how often people would have been told
 * @param flapping how many alarms were raised again within a quarter of an hour after they were cleared
 */
public record RuleTrial(String rule, List<Raised> alarms, int notifications, int flapping) {
    public RuleTrial {
        alarms = List.copyOf(alarms);
    }

    /**
     * One alarm.
     *
     * @param since when it began
     * @param until when it was over; empty if it still stands
     * @param isLate whether it was over before its values arrived
     * @param reason one sentence
     */
    public record Raised(
            AlarmKey key, String deviceName, Instant since, Optional<Instant> until, boolean isLate, String reason) {
        /** How long it lasted, up to the end of the trial if it still stands. */
        public Duration length(Instant end) {
            Instant over = until.orElse(end);
            return over.isBefore(since) ? Duration.ZERO : Duration.between(since, over);
        }
    }

    /** The one that lasted longest; empty if there was none. */
    public Optional<Raised> longest(Instant end) {
        return alarms.stream().max((one, other) -> one.length(end).compareTo(other.length(end)));
    }

    /** How many devices it raised alarms for. */
    public long devices() {
        return alarms.stream().map(alarm -> alarm.key().deviceId()).distinct().count();
    }
}
