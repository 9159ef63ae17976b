package io.github.dtstream.alarm.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.alarm.file.AlarmRules;
import io.github.dtstream.alarm.file.Placeholders;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.route.model.RouteFile;
import io.github.dtstream.wire.EnvelopeDecoder;
import io.github.dtstream.wire.InvalidRecordException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlarmTrialTest {
    private static final Instant START = Instant.parse("2026-05-29T10:00:00Z");
    private static final String ABOVE_8 = "alarms: [{alarm: warm, value: temperature, raise: {above: 8}}]";
    private static final String ABOVE_4 = "alarms: [{alarm: warm, value: temperature, raise: {above: 4}}]";

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private int number;

    static List<AlarmRule> rules(String text) {
        AlarmRules read = AlarmRules.read(List.of(RouteFile.of(Path.of("alarms.yaml"), text)), Placeholders.NONE);
        assertThat(read.findings()).isEmpty();
        return read.rules();
    }

    private static AlarmTrial trial(String text) {
        return new AlarmTrial(rules(text), id -> Optional.empty());
    }

    private JournalRecord temperature(String device, int minute, double value) {
        Instant time = START.plus(Duration.ofMinutes(minute));
        String json = "{\"eventId\":\"e" + ++number + "\",\"targetName\":\"projects/p1/devices/" + device
                + "\",\"eventType\":\"temperature\",\"data\":{\"temperature\":{\"value\":" + value
                + "}},\"timestamp\":\"" + time + "\"}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return new JournalRecord(number, time, Source.LIVE, decoder.decodeEvent(bytes, 0, bytes.length));
        } catch (InvalidRecordException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void saysHowManyAlarmsHowLongAndHowOftenPeopleWouldHaveBeenTold() {
        AlarmTrial trial = trial(ABOVE_8);
        trial.on(temperature("d1", 0, 9));
        trial.on(temperature("d1", 30, 5));
        trial.on(temperature("d2", 60, 9));
        trial.on(temperature("d1", 720, 5));
        TrialReport report = trial.report();
        RuleTrial warm = report.rule("warm").orElseThrow();
        assertThat(warm.alarms()).hasSize(2);
        assertThat(warm.devices()).isEqualTo(2);
        assertThat(warm.longest(report.end()).orElseThrow()).satisfies(longest -> {
            assertThat(longest.key().deviceId()).isEqualTo("d2");
            assertThat(longest.until()).isEmpty();
            assertThat(longest.length(report.end())).isEqualTo(Duration.ofHours(11));
        });
        assertThat(warm.notifications()).isEqualTo(3);
        assertThat(report.notificationsPerDay(warm)).isEqualTo(3.0);
    }

    @Test
    void countsAlarmsThatAreRaisedAgainSoonAfterTheyWereCleared() {
        AlarmTrial trial = trial(ABOVE_8);
        for (int minute = 0; minute < 50; minute += 10) {
            trial.on(temperature("d1", minute, minute % 20 == 0 ? 9 : 7));
        }
        assertThat(trial.report().rule("warm").orElseThrow().flapping()).isEqualTo(2);
    }

    @Test
    void saysWhatAnEditWouldChange() {
        AlarmTrial before = trial(ABOVE_8);
        AlarmTrial after = trial(ABOVE_4);
        for (JournalRecord record : List.of(
                temperature("d1", 0, 9),
                temperature("d1", 15, 3),
                temperature("d2", 20, 5),
                temperature("d2", 35, 3))) {
            before.on(record);
            after.on(record);
        }
        assertThat(after.report().against(before.report())).singleElement().satisfies(change -> {
            assertThat(change.more())
                    .extracting(alarm -> alarm.key().deviceId())
                    .containsExactly("d2");
            assertThat(change.gone()).isEmpty();
        });
        assertThat(before.report().against(after.report()))
                .singleElement()
                .satisfies(change -> assertThat(change.gone()).hasSize(1));
        assertThat(after.report().against(after.report())).isEmpty();
    }

    @Test
    void ofNothingSaysNothing() {
        TrialReport report = trial(ABOVE_8).report();
        assertThat(report.records()).isZero();
        assertThat(report.notificationsPerDay(report.rules().get(0))).isZero();
    }
}
