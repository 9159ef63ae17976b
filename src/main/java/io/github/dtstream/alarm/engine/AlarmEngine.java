package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * All alarms of one stream. Told the same things in the same order, it says the same changes, with the same identifiers.
 *
 * <p>Used by one thread at a time.
 */
public final class AlarmEngine {
    private List<AlarmRule> rules;

    /** With nothing known yet. */
    public AlarmEngine(List<AlarmRule> rules, Devices devices) {
        this.rules = List.copyOf(rules);
    }

    /** The rules in force. */
    public List<AlarmRule> rules() {
        return rules;
    }

    /** An event or a ping, in journal order. */
    public void on(JournalRecord record, Consumer<AlarmChange> changes) {
        throw new UnsupportedOperationException("to be built");
    }

    /**
     * What the journal does not say.
     *
     * @throws IllegalArgumentException if there is no such alarm, or it cannot be done to it; the message is for people
     */
    public void on(AlarmInput input, Consumer<AlarmChange> changes) {
        throw new UnsupportedOperationException("to be built");
    }

    /**
     * Other rules take the place of those in force. Alarms of a rule whose condition is the same go on.
     *
     * @param id of this edit and of no other
     */
    public EditEffect edit(List<AlarmRule> edited, String id, Consumer<AlarmChange> changes) {
        throw new UnsupportedOperationException("to be built");
    }

    /** What {@link #edit} would change, changing nothing. */
    public EditEffect preview(List<AlarmRule> edited) {
        throw new UnsupportedOperationException("to be built");
    }

    /** All alarms that are not normal, or shelved; those that matter most first, the oldest first among equals. */
    public List<AlarmView> alarms() {
        throw new UnsupportedOperationException("to be built");
    }

    /** Writes all that is known, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        throw new UnsupportedOperationException("to be built");
    }

    /**
     * Takes up what another one wrote, under the same rules; call {@link #edit} afterwards if they are others now.
     *
     * @throws IOException if it cannot be read; nothing is known then
     */
    public void read(DataInput in) throws IOException {
        throw new UnsupportedOperationException("to be built");
    }
}
