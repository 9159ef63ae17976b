package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a stream's alarms at one moment. Immutable.
 *
 * @param stream the stream's name
 * @param rules how many rules are in force
 * @param alarms all that are not normal, or shelved; those that matter most first
 * @param lag how many events of the journal the rules have not seen yet
 * @param changes how many changes of alarms were written since the process began
 * @param notifications how many notifications were written since the process began
 * @param lateLeftOut how many values that arrived late were left out for want of memory since the process began
 * @param problem what is wrong, one sentence; null while all is well
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
