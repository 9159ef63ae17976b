package io.github.dtstream.alarm.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.alarm.rule.Clearance;
import io.github.dtstream.alarm.rule.Comparison;
import io.github.dtstream.alarm.rule.Condition;
import io.github.dtstream.alarm.rule.Delta;
import io.github.dtstream.alarm.rule.DeviceSelector;
import io.github.dtstream.alarm.rule.Escalation;
import io.github.dtstream.alarm.rule.Excursion;
import io.github.dtstream.alarm.rule.Grouping;
import io.github.dtstream.alarm.rule.LatePolicy;
import io.github.dtstream.alarm.rule.Limit;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.model.RouteFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlarmRulesTest {
    private static AlarmRules read(String... files) {
        List<RouteFile> read = Arrays.stream(files)
                .map(text -> RouteFile.of(Path.of(Arrays.asList(files).indexOf(text) + ".alarms.yaml"), text))
                .toList();
        return AlarmRules.read(read, Placeholders.NONE);
    }

    /** A rule with these lines as keys, in addition to its name. */
    private static AlarmRule rule(String keys) {
        AlarmRules read = read("alarms:\n  - alarm: a\n" + keys.indent(4));
        assertThat(read.findings()).isEmpty();
        assertThat(read.rules()).hasSize(1);
        return read.rules().get(0);
    }

    /** The findings about a rule, without the file's name. */
    private static List<String> said(String keys) {
        return read("alarms:\n  - alarm: a\n" + keys.indent(4)).findings().stream()
                .map(Finding::toString)
                .map(text -> text.replace("0.alarms.yaml:", ""))
                .toList();
    }

    private static Condition condition(Duration lasting, Comparison... anyOf) {
        return new Condition(List.of(anyOf), lasting);
    }

    private static Comparison above(double number) {
        return new Comparison.Above(Limit.of(number));
    }

    private static Comparison below(double number) {
        return new Comparison.Below(Limit.of(number));
    }

    @Test
    void readsARuleAboutTheStream() {
        AlarmRule rule = rule("""
                value: stream
                raise: {for: 10m}
                severity: critical
                """);

        assertThat(rule.quantity()).contains(Quantity.STREAM);
        assertThat(rule.raise()).contains(condition(Duration.ofMinutes(10), new Comparison.Is("INTERRUPTED")));
        assertThat(rule("value: {stream: INTERRUPTED}\nraise: {for: 10m}\nseverity: critical"))
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            devices: {type: ccon}     | 'devices' does not apply to a rule about the stream; remove 'devices'
            no-data: 50m              | 'no-data' does not apply to a rule about the stream; remove 'no-data'
            late: raise               | 'late' does not apply to a rule about the stream; remove 'late'
            group: {by: site}         | 'group' does not apply to a rule about the stream; remove 'group'
            """)
    void refusesWhatTheStreamHasNot(String key, String said) {
        assertThat(said("value: stream\nraise: {for: 10m}\n" + key))
                .singleElement()
                .asString()
                .endsWith(said);
    }

    @Test
    void anInterruptionNeedsItsTime() {
        assertThat(said("value: stream"))
                .singleElement()
                .asString()
                .contains("error: short interruptions of the stream are normal", "write raise: {for: 10m}");
        assertThat(said("value: stream\nraise: {for: 30s}"))
                .singleElement()
                .asString()
                .contains("warning: 30s is too short", "write for: 2m or more");
    }

    @Test
    void readsARuleWithAllThatThereIs() {
        AlarmRule rule = rule("""
                devices: {type: temperature, label: {zone: freezer}}
                value: temperature
                raise: {above: -15, for: 30m}
                clear: {below: -18, for: 15m}
                excursion: {above: -12, total: 60m, within: 24h}
                no-data: {after: 50m}
                severity: critical
                group: {by: site, wait: 1m}
                acknowledge: {lasts: 4h}
                remind: 4h
                escalate: [{after: 0m, to: duty}, {after: 2h, to: manager}]
                late: record
                """);

        assertThat(rule)
                .isEqualTo(new AlarmRule(
                        "a",
                        new DeviceSelector(
                                Set.of(), Set.of("temperature"), Set.of(), Map.of("zone", Optional.of("freezer"))),
                        Optional.of(Quantity.TEMPERATURE),
                        Optional.of(condition(Duration.ofMinutes(30), above(-15))),
                        Optional.of(new Clearance(List.of(below(-18)), Duration.ofMinutes(15))),
                        Optional.of(new Excursion(List.of(above(-12)), Duration.ofHours(1), Duration.ofDays(1))),
                        Optional.empty(),
                        Optional.of(Duration.ofMinutes(50)),
                        Severity.CRITICAL,
                        Optional.of(new Grouping("site", Duration.ofMinutes(1))),
                        Optional.of(Duration.ofHours(4)),
                        Optional.of(Duration.ofHours(4)),
                        List.of(new Escalation(Duration.ZERO, "duty"), new Escalation(Duration.ofHours(2), "manager")),
                        LatePolicy.RECORD));
    }

    @Test
    void readsTheShortestRuleWithWhatGoesWithoutSaying() {
        AlarmRule rule = rule("no-data: 50m");

        assertThat(rule.noData()).contains(Duration.ofMinutes(50));
        assertThat(rule.devices()).isEqualTo(DeviceSelector.ANY);
        assertThat(rule.quantity()).isEmpty();
        assertThat(rule.severity()).isEqualTo(Severity.WARNING);
        assertThat(rule.late()).isEqualTo(LatePolicy.DIGEST);
        assertThat(rule.escalation()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "value: {contact: OPEN}",
                "value: 'contact: OPEN'",
                "value: contact\nraise: {is: OPEN}",
                "value: contact\nraise: {is: [OPEN]}"
            })
    void readsAStateInEachOfItsForms(String keys) {
        AlarmRule rule = rule(keys);

        assertThat(rule.quantity()).contains(Quantity.CONTACT);
        assertThat(rule.raise()).contains(condition(Duration.ZERO, new Comparison.Is("OPEN")));
    }

    @Test
    void lastsAStateThatStandsInTheValue() {
        assertThat(rule("value: {contact: OPEN}\nraise: {for: 10m}\nclear: {for: 1m}")
                        .raise())
                .contains(condition(Duration.ofMinutes(10), new Comparison.Is("OPEN")));
    }

    @Test
    void sumsUpAStateWithoutRaisingAtOnce() {
        AlarmRule rule = rule("value: {contact: OPEN}\nexcursion: {total: 1h, within: 1d}");

        assertThat(rule.raise()).isEmpty();
        assertThat(rule.excursion())
                .contains(new Excursion(List.of(new Comparison.Is("OPEN")), Duration.ofHours(1), Duration.ofDays(1)));
    }

    @Test
    void readsSeveralStates() {
        String keys = "value: probe wire\nraise: {is: [INVALID_WIRE_CONFIGURATION, INVALID_COEFFICIENT_CONFIGURATION]}";

        assertThat(rule(keys).raise().orElseThrow().anyOf())
                .containsExactly(
                        new Comparison.Is("INVALID_COEFFICIENT_CONFIGURATION"),
                        new Comparison.Is("INVALID_WIRE_CONFIGURATION"));
    }

    @Test
    void readsWhatHappensAndIsOver() {
        assertThat(rule("value: touch").raise()).contains(condition(Duration.ZERO, new Comparison.Is("TOUCHED")));
    }

    @Test
    void readsTheGrowthOfACount() {
        assertThat(rule("value: touch count\ndelta: {more-than: 20, within: 1h}")
                        .delta())
                .contains(new Delta(Limit.of(20), null, Duration.ofHours(1)));
        assertThat(rule("value: objectPresentCount\ndelta: {less-than: 1, within: 8h}")
                        .delta())
                .contains(new Delta(null, Limit.of(1), Duration.ofHours(8)));
    }

    @Test
    void readsLimitsFromLabels() {
        assertThat(rule("value: temperature\nraise: {above: {label: max, default: 8}}")
                        .raise())
                .contains(condition(Duration.ZERO, new Comparison.Above(new Limit("max", 8))));
        assertThat(rule("value: temperature\nraise: {above: {label: max}}").raise())
                .contains(condition(Duration.ZERO, new Comparison.Above(new Limit("max", Double.NaN))));
    }

    @Test
    void readsARangeWithItsDeadBand() {
        AlarmRule rule = rule("value: temperature\nraise: {above: 8, below: 2}\nclear: {below: 7.5, above: 2.5}");

        assertThat(rule.raise()).contains(condition(Duration.ZERO, above(8), below(2)));
        assertThat(rule.clear()).contains(new Clearance(List.of(above(2.5), below(7.5)), Duration.ZERO));
    }

    @Test
    void readsDevicesInEachOfTheirForms() {
        assertThat(rule("no-data: 1h\ndevices: {id: [d1, d2], type: [touch, humidity], product-number: 102058}")
                        .devices())
                .isEqualTo(new DeviceSelector(
                        Set.of("d1", "d2"), Set.of("touch", "humidity"), Set.of("102058"), Map.of()));
        for (String label : List.of("[{floor: 3}, cold]", "{floor: 3, cold: ''}", "[floor=3, cold]")) {
            if (!label.contains("''")) {
                assertThat(rule("no-data: 1h\ndevices: {label: " + label + "}")
                                .devices()
                                .labels())
                        .isEqualTo(Map.of("floor", Optional.of("3"), "cold", Optional.empty()));
            }
        }
    }

    @Test
    void takesAFileWithoutRules() {
        assertThat(read("alarms: []").findings()).isEmpty();
        assertThat(read("alarms:\n# - alarm: a\n").findings().toString())
                .contains("0.alarms.yaml:1:1: error: 'alarms' has no value; write 'alarms: []' for no rules");
    }

    @Test
    void leavesOutARuleThatIsWrongAndReadsTheOthers() {
        AlarmRules read = read("alarms:\n  - alarm: a\n    no-data: 50\n  - alarm: b\n    no-data: 50m\n");

        assertThat(read.rules()).extracting(AlarmRule::name).containsExactly("b");
        assertThat(read.findings()).hasSize(1);
    }

    @Test
    void blamesTheSecondOfTwoRulesWithOneNameInDifferentFiles() {
        AlarmRules read = read("alarms: [{alarm: a, no-data: 1h}]", "alarms:\n  - {alarm: a, no-data: 2h}");

        assertThat(read.findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "1.alarms.yaml:2:13: error: the alarm 'a' is already in 0.alarms.yaml:1; give one of the two another name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                # What a rule says | what is said of it
                no-dat: 50m | 3:5: error: unknown key 'no-dat' of a rule; did you mean 'no-data'?
                noData: 50m | 3:5: error: unknown key 'noData' of a rule; did you mean 'no-data'?
                name: b | 3:5: error: unknown key 'name' of a rule; did you mean 'alarm'?
                above: 8 | 3:5: error: unknown key 'above' of a rule; it belongs in raise: {above: …}
                no-data: | 3:5: error: 'no-data' has no value; write one, or remove it
                no-data: 50 | 3:14: error: '50' is not a duration for no-data; the unit is missing: 50s, 50m, 50h or 50d
                no-data: 50 min | 3:14: error: '50 min' is not a duration for no-data; write 50m
                no-data: 1.5 hours | 3:14: error: '1.5 hours' is not a duration for no-data; write 1h30m
                no-data: 0m | 3:14: error: 'no-data' must be longer than 0; write a duration such as 30m
                no-data: 30m | 3:14: warning: by default a sensor sends every 15 minutes, more or less 3: it is silent for 30m although nothing is wrong; write 50m or more, unless its heartbeat is set to be faster
                no-data: {for: 50m} | 3:15: error: unknown key 'for' of no-data; it can be: after
                no-data: 1h ¶ value: temperature | 4:12: error: the rule does not say which temperature raises the alarm; add raise: {above: 8, for: 30m}, or remove 'value', which no-data does not need
                severity: critical | 2:5: error: the rule has no condition; add value and raise: {above: 8, for: 30m}, or no-data: 50m
                no-data: 1h ¶ severity: urgent | 4:15: error: there is no severity 'urgent'; it can be: info, warning, critical
                no-data: 1h ¶ severity: Critical | 4:15: error: there is no severity 'Critical'; did you mean 'critical'?
                no-data: 1h ¶ late: digests | 4:11: error: there is no late 'digests'; did you mean 'digest'?
                no-data: 1h ¶ devices: {type: temperatur} | 4:21: error: 'temperatur' is not a type of devices; did you mean 'temperature'?
                no-data: 1h ¶ devices: {type: hygrometer} | 4:21: warning: the type of devices 'hygrometer' is not known; known are: ccon, co2, contact, deskOccupancy, humidity, motion, proximity, proximityCounter, temperature, touch, touchCounter, waterDetector
                no-data: 1h ¶ devices: {type: []} | 4:21: error: the list of 'type' is empty; remove it
                no-data: 1h ¶ devices: {id: projects/p/devices/d1} | 4:19: error: 'projects/p/devices/d1' is not an identifier of a device; write d1
                no-data: 1h ¶ devices: {label: [{a: b}, {a: c}]} | 4:32: error: the label 'a' is named twice, but a device has one value of it; make two rules, or give the devices a label of their own
                no-data: 1h ¶ remind: 4h | 4:13: warning: reminders come until the alarm clears: nobody can stop them by acknowledging it; add acknowledge: {lasts: 8h}
                no-data: 1h ¶ escalate: [{after: 2h, to: b}, {after: 1h, to: a}] | 4:16: warning: nobody is notified for the first 2h; begin with {after: 0m, to: …}, unless that is meant # 4:36: error: the step after 1h does not come after that of 2h; put the steps in order of time
                no-data: 1h ¶ escalate: {after: 2h, to: b} | 4:15: error: 'escalate' is a list of steps; write escalate: [{after: 0m, to: duty}, {after: 2h, to: manager}]
                no-data: 1h ¶ escalate: [{after: 0m}] | 4:16: error: the step lacks 'to'; write escalate: [{after: 0m, to: duty}, {after: 2h, to: manager}]
                no-data: 1h ¶ group: site | 4:12: error: group is written with keys; write group: {by: site, wait: 30s}
                no-data: 1h ¶ acknowledge: {} | 4:18: error: acknowledge lacks 'lasts'; write acknowledge: {lasts: 4h}
                raise: {above: 8} | 3:12: error: 'raise' needs 'value', the quantity to compare; write value: temperature, for example
                value: temprature ¶ raise: {above: 8} | 3:12: error: there is no quantity 'temprature'; did you mean 'temperature'?
                value: temperature ¶ raise: 8 | 4:12: error: raise is written with keys; write raise: {above: 8, for: 30m}
                value: temperature ¶ raise: {over: 8} | 4:13: error: unknown key 'over' of raise; did you mean 'above'?
                value: temperature ¶ raise: {above: 8, for: 30} | 4:28: error: '30' is not a duration for for; the unit is missing: 30s, 30m, 30h or 30d
                value: temperature ¶ raise: {above: 8 °C} | 4:20: error: '8 °C' is not a number for 'above'; write 8; the unit is °C
                value: temperature ¶ raise: {above: "-15,5"} | 4:20: error: '-15,5' is not a number for 'above'; write -15.5; the unit is °C
                value: temperature ¶ raise: {is: OPEN} | 4:17: error: temperature is a number, and 'is' compares states; it can be above, below, at-least or at-most a number
                value: contact ¶ raise: {above: OPEN} | 4:20: error: contact is a state, and cannot be 'above'; write is: OPEN or CLOSED
                value: contact ¶ raise: {is: open} | 4:17: error: 'open' is not a state of contact; did you mean 'OPEN'?
                value: {contact: OPENED} | 3:22: error: 'OPENED' is not a state of contact; did you mean 'OPEN'?
                value: "water: WET" | 3:12: error: 'WET' is not a state of water; it can be PRESENT, NOT_PRESENT
                value: contact | 3:12: error: the rule does not say which contact raises the alarm; write value: {contact: OPEN}
                value: {contact: OPEN} ¶ raise: {is: OPEN} | 4:12: error: 'value' names the state already; remove 'is' from 'raise'
                value: temperature ¶ raise: {above: -15} ¶ clear: {below: -10} | 5:12: error: a temperature of -12.5 raises the alarm (above -15) and clears it (below -10); clear by below: -15 or further off
                value: temperature ¶ raise: {above: 8} ¶ clear: {above: 3} | 5:12: error: a temperature of 254 raises the alarm (above 8) and clears it (above 3); clear by below: 8 or further off
                value: temperature ¶ raise: {at-least: 8} ¶ clear: {at-most: 8} | 5:12: error: a temperature of 8 raises the alarm (at-least 8) and clears it (at-most 8); clear by below: 8 or further off
                value: temperature ¶ raise: {above: 8, below: 2} ¶ clear: {below: 7} | 5:12: error: a temperature of -200 raises the alarm (above 8 or below 2) and clears it (below 7); clear lies between the limits: above 2.5 and below 7.5, where above 8 and below 2 raise
                value: temperature ¶ raise: {above: 2, below: 8} | 4:12: error: every temperature (in °C) is above 2 or below 8: raise always holds; for a range, write both ends: above: 8, below: 2
                value: temperature ¶ raise: {above: 8} ¶ clear: {below: 2, above: 4} | 5:12: error: no temperature is above 4 and below 2: the alarm never clears
                value: humidity ¶ raise: {above: 100} | 4:12: error: no humidity (in %) is above 100: raise never holds
                value: pressure ¶ raise: {above: 1020} | 4:12: error: every pressure (in Pa) is above 1020: raise always holds
                value: temperature ¶ raise: {above: {label: max, default: 8}} ¶ clear: {below: 6} | 5:12: warning: only one of raise and clear takes its limit from a label: the limit of a device may lie beyond the other; take both limits from labels, or remove clear
                value: temperature ¶ raise: {above: {default: 8}} | 4:20: error: above lacks 'label'; write above: {label: max, default: 8}
                value: contact ¶ raise: {is: OPEN} ¶ clear: {is: OPEN} | 5:12: error: the condition that raises the alarm cannot clear it; clear by another state, or remove 'clear'
                value: temperature ¶ excursion: {above: 8, total: 24h, within: 24h} | 4:16: error: 'total' is 1d, but 'within' is only 1d; for time without a break write raise: {…, for: 1d}
                value: temperature ¶ excursion: {above: 8, within: 24h} | 4:16: error: excursion lacks 'total'; write excursion: {above: 8, total: 60m, within: 24h}
                value: temperature ¶ delta: {more-than: 2, within: 1h} | 4:12: error: temperature is not a count; delta is for object count and touch count
                value: touch count ¶ delta: {within: 1h} | 4:12: error: 'delta' needs more-than or less-than; write delta: {more-than: 20, within: 1h}
                value: touch count ¶ delta: {less-than: 0, within: 1h} | 4:12: error: no growth of a count is less than 0; write less-than: 1 or more
                value: touch count ¶ raise: {above: 5} ¶ delta: {more-than: 0, within: 1h} | 5:12: error: 'delta' cannot be combined with another condition; write a second rule for the other condition
                value: touch ¶ raise: {for: 5m} | 4:12: error: a touch has no duration; remove 'for'
                value: humidity ¶ raise: {above: 60} ¶ devices: {type: temperature} | 5:14: warning: devices of the type temperature send no humidity; it comes from: co2, humidity
                no-data: 1h ¶ <<: {severity: critical} | 4:5: error: unknown key '<<' of a rule; YAML 1.2 has no merge keys; write the keys out
                """)
    void saysWhatIsWrongAndWhatToWrite(String keys, String said) {
        assertThat(said(keys.replace(" ¶ ", "\n"))).containsExactly(said.split(" # "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                - alarm: a | 1:1: error: a file of alarm rules is written with keys; write alarms:, and below it a list of rules: - alarm: its-name
                alarm: a | 1:1: error: unknown key 'alarm' of a file of alarm rules; did you mean 'alarms'?
                alarms: {alarm: a} | 1:9: error: 'alarms' is a list of rules; begin each of them with a hyphen: - alarm: its-name
                alarms: [{no-data: 1h}] | 1:10: error: a rule lacks 'alarm'; write alarm: freezer-too-warm
                alarms: [{alarm: too warm, no-data: 1h}] | 1:18: error: 'too warm' cannot be the name of an alarm; write at most 64 letters, digits, _ and -, such as too-warm
                alarms: [a] | 1:10: error: a rule is written with keys; write - alarm: its-name, and the keys of the rule below it
                """)
    void saysWhatIsWrongWithAFile(String text, String said) {
        assertThat(read(text).findings())
                .extracting(finding -> finding.toString().replace("0.alarms.yaml:", ""))
                .containsExactly(said.split(" # "));
    }

    @Test
    void leavesOutARuleWhosePreconditionIsFalse() {
        AlarmRules read = read("""
                alarms:
                  - {alarm: a, no-data: 1h, precondition: false}
                  - {alarm: b, no-data: 1h, precondition: "True"}
                  - {alarm: c, no-data: 1h}
                """);

        assertThat(read.isGood()).isTrue();
        assertThat(read.rules()).extracting(AlarmRule::name).containsExactly("b", "c");
        assertThat(read.leftOut()).extracting(AlarmRule::name).containsExactly("a");
    }

    @Test
    void complainsOfAPreconditionThatIsNone() {
        assertThat(said("no-data: 1h\nprecondition: maybe"))
                .containsExactly(
                        "4:19: error: 'precondition' is 'maybe', which is neither true nor false; write true, false or"
                                + " a setting that is: \"{{a.setting:false}}\"");
    }
}
