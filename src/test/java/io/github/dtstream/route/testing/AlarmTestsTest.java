package io.github.dtstream.route.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.route.reload.NumberStream;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests next to alarm rules: what passes, and the messages of failures. */
class AlarmTestsTest {
    @TempDir
    Path routes;

    @BeforeEach
    void rules() throws IOException {
        write("cold.alarms.yaml", """
                alarms:
                  - alarm: fridge
                    devices: {label: {zone: fridge}}
                    value: temperature
                    raise: {above: "{{limit}}", below: 2}
                    clear: {below: 7.5, above: 2.5}
                  - {alarm: door, value: {contact: OPEN}, raise: {for: 10m}, clear: {for: 5m}}
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(routes.resolve(name), text);
    }

    private List<CaseResult> run(String tests) throws IOException {
        write("cold.test.yaml", tests);
        return new RouteTests(NumberStream::equip, new EventMessages(), Ticker.SYSTEM)
                .run(routes, Map.of("limit", "8"));
    }

    private List<String> failures(String of, String given, String expect) throws IOException {
        return run("""
                alarms: %s
                devices: [{id: d1, labels: {zone: fridge}}]
                tests:
                  - name: a
                    given: [%s]
                    expect: [%s]
                """.formatted(of, given, expect)).stream()
                .flatMap(result -> result.failures().stream())
                .toList();
    }

    @Test
    void aRangeIsClearedOnlyWithinBothOfItsLimits() throws IOException {
        String given = "{at: 0m, temperature: 9}, {at: 5m, temperature: 7.8}, {at: 10m, temperature: 7},"
                + " {at: 15m, temperature: 1}, {at: 20m, temperature: 2.2}, {at: 25m, temperature: 3}";

        assertThat(failures(
                        "cold",
                        given,
                        "{at: 0m, change: raised}, {at: 10m, change: cleared}, {at: 15m, change: raised},"
                                + " {at: 25m, change: cleared}"))
                .isEmpty();
    }

    @Test
    void oneRuleOfAFileIsTestedByItsName() throws IOException {
        assertThat(failures(
                        "door",
                        "{at: 0m, contact: OPEN}, {pings-until: 12m}, {at: 13m, contact: CLOSED}, {pings-until: 20m}",
                        "{at: 10m, change: raised, alarm: door}, {at: 18m, change: cleared}"))
                .isEmpty();
    }

    @Test
    void aWholeEventIsTakenAsItIs() throws IOException {
        String event = "{eventId: e1, targetName: projects/p/devices/d1, eventType: temperature,"
                + " data: {temperature: {value: 9}}, timestamp: '2026-05-29T10:00:00Z'}";

        assertThat(failures("fridge", event, "{at: '2026-05-29T10:00:00Z', change: raised, value: 9 °C}"))
                .isEmpty();
    }

    @Test
    void saysWhatWasExpectedAndWhatCameNearest() throws IOException {
        List<String> failures = failures("cold", "{at: 5m, temperature: 9}", "{at: 6m, change: raised}");

        assertThat(failures).hasSize(2);
        assertThat(failures.get(0))
                .startsWith("expected {\"at\":\"6m\",\"change\":\"raised\"}; the nearest was")
                .endsWith("at: expected \"6m\", was \"5m\"");
        assertThat(failures.get(1)).startsWith("not expected: {\"at\":\"5m\"");
    }

    @Test
    void whatIsNotExpectedIsAFailure() throws IOException {
        assertThat(failures("cold", "{at: 5m, temperature: 9}", ""))
                .hasSize(2)
                .allMatch(one -> one.startsWith("not expected"));
        assertThat(failures("cold", "{at: 5m, temperature: 9}", "{tell: raised, devices: [d1]}"))
                .isEmpty();
    }

    @Test
    void saysThatThereIsNoSuchRule() throws IOException {
        assertThat(failures("fridg", "{at: 5m, temperature: 9}", ""))
                .containsExactly("there is no alarm rule 'fridg'; did you mean 'fridge'?");
    }

    @Test
    void saysWhatCannotHappen() throws IOException {
        assertThat(failures("cold", "{at: soon, temperature: 9}", ""))
                .containsExactly(
                        "what is given cannot happen: {\"at\":\"soon\",\"temperature\":9}: 'soon' is no time; write"
                                + " 15m for a quarter of an hour after the beginning");
        assertThat(failures("cold", "{at: 5m, device: d1}", "").toString()).contains("nothing happens in");
        assertThat(failures("cold", "", "").toString()).contains("nothing is given");
    }

    @Test
    void saysWhichKeysThereAre() throws IOException {
        assertThat(failures("cold", "{at: 5m, temprature: 9}", "{chang: raised}")
                        .toString())
                .contains("unknown key 'temprature'; did you mean 'temperature'?")
                .contains("unknown key 'chang'; did you mean 'change'?");
    }

    @Test
    void runsNothingWhileTheRulesAreWrong() throws IOException {
        write("cold.alarms.yaml", "alarms: [{alarm: fridge, no-data: 50}]");

        assertThat(failures("cold", "{at: 5m, temperature: 9}", "").toString()).contains("the unit is missing");
    }
}
