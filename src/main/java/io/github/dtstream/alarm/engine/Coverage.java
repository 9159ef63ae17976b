package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.engine.AlarmKey.Subject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a device can have alarms of: a place for each rule about its values, then one for each about its silence. One for all
 * devices that the same rules are about. Immutable.
 */
final class Coverage {
    static final Coverage NONE = new Coverage(List.of());

    private final RuleInForce[] rules;
    private final int values;

    /** @param about the rules that are about the device, in their order */
    Coverage(List<RuleInForce> about) {
        List<RuleInForce> all = new ArrayList<>(
                about.stream().filter(RuleInForce::isAboutValues).toList());
        values = all.size();
        about.stream().filter(rule -> rule.noData() > 0).forEach(all::add);
        rules = all.toArray(RuleInForce[]::new);
    }

    int size() {
        return rules.length;
    }

    /** The first place that is about silence; those before it are about values. */
    int silences() {
        return values;
    }

    RuleInForce rule(int place) {
        return rules[place];
    }

    Subject subject(int place) {
        return place < values ? Subject.VALUE : Subject.NO_DATA;
    }
}
