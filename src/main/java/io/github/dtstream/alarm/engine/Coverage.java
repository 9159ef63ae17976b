package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a device can have alarms of: a place for each rule about its values, then one for each about its silence. One for all
 * devices that the same rules are about. Immutable.
 */
final class Coverage {
    static final Coverage NONE = new Coverage(List.of());

    private final RuleInForce[] rules;
    private final int values;
    /** That carry what any of the rules is about, or whether the device is connected. */
    private final Set<String> eventTypes =
            new HashSet<>(Quantity.CONNECTION.fields().keySet());

    /** @param about the rules that are about the device, in their order */
    Coverage(List<RuleInForce> about) {
        List<RuleInForce> all = new ArrayList<>(
                about.stream().filter(RuleInForce::isAboutValues).toList());
        values = all.size();
        about.stream().filter(rule -> rule.noData() > 0).forEach(all::add);
        rules = all.toArray(RuleInForce[]::new);
        for (int place = 0; place < values; place++) {
            eventTypes.addAll(rules[place].quantity().fields().keySet());
        }
    }

    /** Whether what such an event measures is of any use. */
    boolean looksAt(String eventType) {
        return eventTypes.contains(eventType);
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
