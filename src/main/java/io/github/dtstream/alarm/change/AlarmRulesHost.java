package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.rule.AlarmRule;
import java.io.IOException;
import java.util.List;

/** Takes the wanted alarm rules. Called by one thread at a time, which may wait for it. */
public interface AlarmRulesHost {
    /** Ignores rules, as there are no alarms. */
    AlarmRulesHost NONE = rules -> EditEffect.NONE;

    /**
     * Applies these rules instead of the earlier ones. Alarms of a rule with the same condition remain. The first call
     * comes before any stream is opened.
     *
     * @return what it changed at once; nothing if no stream is open
     * @throws IOException if it cannot be saved; the earlier rules stay in force
     */
    EditEffect apply(List<AlarmRule> rules) throws IOException;
}
