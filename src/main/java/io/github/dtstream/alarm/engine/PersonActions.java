package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmInput;
import io.github.dtstream.alarm.change.AlarmInput.Acknowledge;
import io.github.dtstream.alarm.change.AlarmInput.Comment;
import io.github.dtstream.alarm.change.AlarmInput.Shelve;
import io.github.dtstream.alarm.change.AlarmInput.Unshelve;
import io.github.dtstream.alarm.change.AlarmKey;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** What people do with alarms: acknowledge, shelve, unshelve, comment. */
final class PersonActions {
    private final LifeCycle lifeCycle;
    private final StreamAlarms stream;
    private final RulesInForce rules;
    private final DeviceTracks tracks;
    private final AlarmTimers timers;
    private final StreamTime time;

    PersonActions(
            LifeCycle lifeCycle,
            StreamAlarms stream,
            RulesInForce rules,
            DeviceTracks tracks,
            AlarmTimers timers,
            StreamTime time) {
        this.lifeCycle = lifeCycle;
        this.stream = stream;
        this.rules = rules;
        this.tracks = tracks;
        this.timers = timers;
        this.time = time;
    }

    /**
     * Does what a person wants; other inputs do nothing here.
     *
     * @return whether it changed an alarm of a device
     * @throws IllegalArgumentException if there is no such alarm, or the action is not possible; the message is for
     *     people
     */
    boolean on(AlarmInput input) {
        if (input instanceof Acknowledge acknowledge) {
            return act(acknowledge.key(), (alarm, now) -> lifeCycle.acknowledge(alarm, acknowledge.person(), now));
        } else if (input instanceof Shelve shelve) {
            return act(shelve.key(), (alarm, now) -> lifeCycle.shelve(alarm, shelve.person(), now));
        } else if (input instanceof Unshelve unshelve) {
            return act(unshelve.key(), (alarm, now) -> lifeCycle.unshelve(alarm, unshelve.person(), now));
        } else if (input instanceof Comment comment) {
            return act(comment.key(), (alarm, now) -> lifeCycle.comment(alarm, comment.person(), now));
        }
        return false;
    }

    private boolean act(AlarmKey key, ObjLongConsumer<Alarm> action) {
        Optional<Alarm> ofStream = stream.find(key);
        if (ofStream.isPresent()) {
            action.accept(ofStream.get(), stream.now());
            stream.changed();
            return false;
        }
        Alarm alarm = tracks.find(key);
        if (alarm == null) {
            throw new IllegalArgumentException(
                    rules.has(key.rule())
                            ? "the rule " + key.rule() + " does not apply to a device " + key.deviceId()
                                    + ", or that device has sent nothing yet"
                            : "there is no rule " + key.rule());
        }
        action.accept(alarm, time.clock());
        timers.watch(alarm);
        return true;
    }
}
