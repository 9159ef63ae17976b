package io.github.dtstream.alarm.engine;

import java.util.List;

/**
 * What an edit of the rules changes at once.
 *
 * @param raised the alarms that it raises
 * @param cleared the alarms that it clears, with their rule's change
 * @param ended the alarms that end, with their rule
 * @param kept how many alarms go on as they were
 */
public record EditEffect(List<AlarmKey> raised, List<AlarmKey> cleared, List<AlarmKey> ended, int kept) {
    public EditEffect {
        raised = List.copyOf(raised);
        cleared = List.copyOf(cleared);
        ended = List.copyOf(ended);
    }
}
