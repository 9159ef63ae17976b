package io.github.dtstream.alarm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.route.model.RouteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTextTest {
    private static final String RULES = """
            alarms:
              - alarm: a
                devices: {type: [temperature, humidity], id: d1, product-number: 102058, label: [{"zone \\"3\\"": 'Ä: {}'}, cold]}
                value: temperature
                raise: {above: {label: max, default: 8.25}, below: {label: min}, for: 1h30m}
                clear: {below: {label: max, default: 7}, for: 90s}
                excursion: {at-least: 30, at-most: -10, total: 10h, within: 2d3h}
                no-data: 50m
                severity: info
                group: {by: "C:\\\\site"}
                acknowledge: {lasts: 4h}
                remind: 4h
                escalate: [{after: 0m, to: a@b.example}, {after: 2h, to: '#chat'}]
                late: raise
              - {alarm: b, value: {probe wire: [INVALID_WIRE_CONFIGURATION, INVALID_COEFFICIENT_CONFIGURATION]}, clear: {for: 1m}}
              - {alarm: c, value: touch}
              - {alarm: d, value: touch count, delta: {more-than: 20, less-than: {label: least, default: 1}, within: 1h}}
              - {alarm: e, value: {contact: OPEN}, excursion: {total: 1h, within: 1d}}
              - {alarm: f, value: cellularStatus, raise: {below: 20}, late: record}
              - {alarm: g, value: stream, raise: {for: 10m}, clear: {for: 5m}, acknowledge: {lasts: 4h}, remind: 1h}
            """;

    private static List<AlarmRule> read(String text) {
        AlarmRules read = AlarmRules.read(List.of(RouteFile.of(Path.of("x.alarms.yaml"), text)), Placeholders.NONE);
        assertThat(read.isGood()).as("%s", read.findings()).isTrue();
        return read.rules();
    }

    @Test
    void isReadAsTheRulesThatItWasMadeOf() throws IOException {
        List<AlarmRule> rules = read(RULES);

        assertThat(rules).hasSize(7);
        assertThat(RuleText.read(RuleText.of(rules))).isEqualTo(rules);
        assertThat(RuleText.read(RuleText.of(List.of()))).isEmpty();
    }

    @Test
    void isTheSameHoweverTheRulesAreWritten() {
        assertThat(RuleText.of(read("alarms: [{no-data: {after: 60m}, alarm: a, severity: warning}]")))
                .isEqualTo(RuleText.of(read("# one\nalarms:\n- alarm: 'a'\n  no-data: 1h")));
    }

    @Test
    void saysOfOtherTextThatItIsNone() {
        assertThatThrownBy(() -> RuleText.read("alarms: [{alarm: a}]"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the rule has no condition");
    }
}
