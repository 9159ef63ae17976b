package io.github.dtstream.alarm;

import io.github.dtstream.alarm.rule.AlarmRule;
import java.io.IOException;
import java.util.List;

/**
 * Rules, with the text from which they can be read again after a crash.
 *
 * @param rules in the order of the text
 * @param text equal texts mean equal rules; empty for none
 */
public record RuleSet(List<AlarmRule> rules, String text) {
    /** Without rules. */
    public static final RuleSet NONE = new RuleSet(List.of(), "");

    public RuleSet {
        rules = List.copyOf(rules);
    }

    /** Reads rules. */
    @FunctionalInterface
    public interface Reader {
        /** @throws IOException if the text has no readable rules; the message is for people */
        List<AlarmRule> read(String text) throws IOException;
    }
}
