package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.rule.AlarmRule;
import java.io.IOException;
import java.util.List;

/** Takes the alarm rules that are to be in force. Called by one thread at a time, which may wait for it. */
public interface AlarmRulesHost {
    /** Takes note of nothing: there are no alarms. */
    AlarmRulesHost NONE = rules -> EditEffect.NONE;

    /**
     * From now on these rules are in force, instead of those before. Alarms of a rule whose condition is the same go on. The
     * first call comes before any stream is open.
     *
     * @return what it changed at once; nothing where no stream is open
     * @throws IOException if it cannot be written down; the rules of before stay in force
     */
    EditEffect apply(List<AlarmRule> rules) throws IOException;
}
