package io.github.dtstream.alarm;

import io.github.dtstream.alarm.rule.AlarmRule;
import java.io.IOException;
import java.util.List;

/**
 * Rules, and the text that they were read from, by which they are read again after a crash.
 *
 * @param rules in the order of the text
 * @param text the same text means the same rules; empty for none
 */
public record RuleSet(List<AlarmRule> rules, String text) {
    /** No rules at all. */
    public static final RuleSet NONE = new RuleSet(List.of(), "");

    public RuleSet {
        rules = List.copyOf(rules);
    }

    /** Reads rules. */
    @FunctionalInterface
    public interface Reader {
        /** @throws IOException if the text holds no rules that can be read; the message is for people */
        List<AlarmRule> read(String text) throws IOException;
    }
}
