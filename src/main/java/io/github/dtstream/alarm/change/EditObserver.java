package io.github.dtstream.alarm.change;

import io.github.dtstream.alarm.change.AlarmChange.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Passes on the changes of an edit of the rules, and notes what they do to alarms. Not thread-safe. */
public final class EditObserver implements Consumer<AlarmChange> {
    private final Consumer<AlarmChange> consumer;
    private final List<AlarmKey> raised = new ArrayList<>();
    private final List<AlarmKey> cleared = new ArrayList<>();
    private final List<AlarmKey> ended = new ArrayList<>();

    /** @param consumer gets each change */
    public EditObserver(Consumer<AlarmChange> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void accept(AlarmChange change) {
        if (change instanceof Transition transition && !transition.isLate()) {
            switch (transition.kind()) {
                case RAISED -> raised.add(transition.key());
                case CLEARED -> cleared.add(transition.key());
                case ENDED -> ended.add(transition.key());
                default -> {
                    // An edit does nothing with this.
                }
            }
        }
        consumer.accept(change);
    }

    /** @param standing the alarms that are raised after the edit */
    public EditEffect effect(Stream<AlarmKey> standing) {
        int kept = (int) standing.filter(key -> !raised.contains(key)).count();
        return new EditEffect(raised, cleared, ended, kept);
    }
}
