package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmKey;

/**
 * A person's command about an alarm.
 *
 * @param action the action
 * @param key the alarm
 * @param person the person
 */
public record AlarmCommand(Action action, AlarmKey key, Person person) {
    /** The possible actions. */
    public enum Action {
        ACKNOWLEDGE("acknowledge"),
        SHELVE("shelve"),
        UNSHELVE("unshelve"),
        COMMENT("comment");

        private final String label;

        Action(String label) {
            this.label = label;
        }

        /** The word in commands. */
        public String label() {
            return label;
        }
    }

    AlarmInput input(String id) {
        return switch (action) {
            case ACKNOWLEDGE -> new AlarmInput.Acknowledge(id, key, person);
            case SHELVE -> new AlarmInput.Shelve(id, key, person);
            case UNSHELVE -> new AlarmInput.Unshelve(id, key, person);
            case COMMENT -> new AlarmInput.Comment(id, key, person);
        };
    }
}
