package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.change.AlarmKey.Subject;
import io.github.dtstream.reading.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The possible alarms of a device: a place for each of its rules about values, then one for each about silence. All
 * devices with the same rules share one. Immutable.
 */
final class Coverage {
    static final Coverage NONE = new Coverage(List.of());

    private final RuleInForce[] rules;
    private final int values;
    /** The event types with a quantity of the rules, or with the device's connection. */
    private final Set<String> eventTypes =
            new HashSet<>(Quantity.CONNECTION.fields().keySet());

    /** @param about the rules of the device, in their order */
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

    /** Whether the data of such an event is needed. */
    boolean looksAt(String eventType) {
        return eventTypes.contains(eventType);
    }

    int size() {
        return rules.length;
    }

    /** The first place for silence; the places before it are for values. */
    int silences() {
        return values;
    }

    boolean hasSilences() {
        return values < rules.length;
    }

    RuleInForce rule(int place) {
        return rules[place];
    }

    Subject subject(int place) {
        return place < values ? Subject.VALUE : Subject.NO_DATA;
    }
}
