package io.github.dtstream.alarm.change;

import java.util.ArrayList;
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
    /** Of an edit that changes nothing. */
    public static final EditEffect NONE = new EditEffect(List.of(), List.of(), List.of(), 0);

    public EditEffect {
        raised = List.copyOf(raised);
        cleared = List.copyOf(cleared);
        ended = List.copyOf(ended);
    }

    /** What it changes, and what another changes elsewhere. */
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
