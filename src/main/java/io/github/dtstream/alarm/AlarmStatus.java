package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stream's alarms at one moment. Immutable.
 *
 * @param stream the stream's name
 * @param rules the number of rules in force
 * @param alarms all alarms that are not normal, or shelved; the most severe first
 * @param lag the number of events in the journal that the rules have not processed yet
 * @param changes the number of changes since the process began
 * @param notifications the number of notifications since the process began
 * @param lateLeftOut late values that were left out for lack of memory since the process began
 * @param problem one sentence; null if there is none
 */
public record AlarmStatus(
        String stream,
        int rules,
        List<AlarmView> alarms,
        long lag,
        long changes,
        long notifications,
        long lateLeftOut,
        @Nullable String problem) {
    public AlarmStatus {
        alarms = List.copyOf(alarms);
    }
}
