package io.github.dtstream.alarm.engine;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.api.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules in force, and which of them are about a device. */
final class RulesInForce {
    private List<RuleInForce> rules;
    /** By the rules of a device. */
    private final Map<List<RuleInForce>, Coverage> coverages = new HashMap<>();

    RulesInForce(List<AlarmRule> rules) {
        this.rules = inForce(rules);
    }

    private static List<RuleInForce> inForce(List<AlarmRule> rules) {
        return rules.stream().map(RuleInForce::new).toList();
    }

    /** All, in their order. */
    List<RuleInForce> all() {
        return rules;
    }

    Map<String, RuleInForce> byName() {
        Map<String, RuleInForce> byName = new HashMap<>();
        rules.forEach(rule -> byName.put(rule.name(), rule));
        return byName;
    }

    boolean has(String name) {
        return rules.stream().anyMatch(rule -> rule.name().equals(name));
    }

    /** The possible alarms of a device; the same object for all devices with the same rules. */
    Coverage of(Device device) {
        List<RuleInForce> about = rules.stream()
                .filter(rule -> !rule.isOfStream() && rule.rule().devices().matches(device))
                .toList();
        return coverages.computeIfAbsent(about, Coverage::new);
    }

    /** Replaces all rules. Returns the names of which there is no rule any more, sorted. */
    List<String> replace(List<AlarmRule> edited) {
        List<RuleInForce> before = rules;
        rules = inForce(edited);
        coverages.clear();
        return before.stream()
                .map(RuleInForce::name)
                .filter(name -> !has(name))
                .sorted()
                .toList();
    }
}
