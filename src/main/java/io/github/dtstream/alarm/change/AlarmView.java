package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.rule.Severity;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The present state of an alarm that is not normal.
 *
 * @param since since when it has been raised or pending
 * @param value the newest value of the device, with its unit; empty if there is none
 * @param isStale whether the device is silent, so that the state is that of before
 * @param person the last person who acknowledged or shelved it; null if nobody did
 * @param shelvedUntil nobody is notified until then; null if it is not shelved
 */
public record AlarmView(
        AlarmKey key,
        String deviceName,
        AlarmState state,
        Severity severity,
        Instant since,
        String value,
        boolean isStale,
        AlarmChange.@Nullable Person person,
        @Nullable Instant shelvedUntil) {
    /** The most severe first, and among equals the oldest first. */
    public static final Comparator<AlarmView> MOST_SEVERE_FIRST = Comparator.comparing(AlarmView::severity)
            .reversed()
            .thenComparing(AlarmView::since)
            .thenComparing(view -> view.key().rule())
            .thenComparing(view -> view.key().deviceId());
}
