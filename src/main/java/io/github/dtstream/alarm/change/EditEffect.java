package io.github.dtstream.alarm.change;

import java.util.ArrayList;
import java.util.List;

/**
 * The changes that an edit of the rules makes at once.
 *
 * @param raised the alarms that it raises
 * @param cleared the alarms that it clears, as their rule has changed
 * @param ended the alarms that end with their rule
 * @param kept how many alarms remain unchanged
 */
public record EditEffect(List<AlarmKey> raised, List<AlarmKey> cleared, List<AlarmKey> ended, int kept) {
    /** The effect of an edit that changes nothing. */
    public static final EditEffect NONE = new EditEffect(List.of(), List.of(), List.of(), 0);

    public EditEffect {
        raised = List.copyOf(raised);
        cleared = List.copyOf(cleared);
        ended = List.copyOf(ended);
    }

    /** The sum of both effects. */
    public EditEffect and(EditEffect other) {
        return new EditEffect(
                concat(raised, other.raised),
                concat(cleared, other.cleared),
                concat(ended, other.ended),
                kept + other.kept);
    }

    private static List<AlarmKey> concat(List<AlarmKey> one, List<AlarmKey> other) {
        List<AlarmKey> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }
}
