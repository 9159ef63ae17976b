package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.alarm.AlarmTrial;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.change.AlarmState;
import io.github.dtstream.alarm.change.AlarmView;
import io.github.dtstream.alarm.rule.Severity;
import io.github.dtstream.management.StreamFixture;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DevicesDocumentTest {
    @TempDir
    private Path folder;

    private static AlarmView alarm(String rule, String device, AlarmState state, Severity severity) {
        return new AlarmView(
                new AlarmKey(rule, device, AlarmKey.Subject.VALUE),
                device,
                state,
                severity,
                Instant.EPOCH,
                "",
                false,
                null,
                null);
    }

    private static String worst(AlarmView... alarms) {
        return DevicesDocument.worst(List.of(alarms)).get("d1").key().rule();
    }

    @ParameterizedTest
    @CsvSource({
        "RETURNED, CRITICAL, UNACKNOWLEDGED, INFO",
        "PENDING, CRITICAL, ACKNOWLEDGED, INFO",
        "UNACKNOWLEDGED, INFO, UNACKNOWLEDGED, WARNING",
        "ACKNOWLEDGED, WARNING, UNACKNOWLEDGED, CRITICAL",
        "UNACKNOWLEDGED, WARNING, ACKNOWLEDGED, CRITICAL",
        "PENDING, WARNING, RETURNED, CRITICAL"
    })
    void showsOfADevicesAlarmsTheRaisedBeforeOthersThenTheMostSevere(
            AlarmState state, Severity severity, AlarmState worseState, Severity worseSeverity) {
        AlarmView one = alarm("one", "d1", state, severity);
        AlarmView worse = alarm("worse", "d1", worseState, worseSeverity);

        assertThat(worst(one, worse)).isEqualTo("worse");
        assertThat(worst(worse, one)).isEqualTo("worse");
    }

    @Test
    void showsTheFirstOfEquallyBadAlarmsAndNoneOfOtherDevices() {
        assertThat(worst(
                        alarm("first", "d1", AlarmState.UNACKNOWLEDGED, Severity.WARNING),
                        alarm("second", "d1", AlarmState.ACKNOWLEDGED, Severity.WARNING),
                        alarm("other", "d2", AlarmState.UNACKNOWLEDGED, Severity.CRITICAL)))
                .isEqualTo("first");
        assertThat(DevicesDocument.worst(List.of())).isEmpty();
    }

    @Test
    void showsEveryDeviceThatIsListedOrWasHeardWithItsNewestValuesAndItsAlarm() throws Exception {
        try (StreamFixture fixture = new StreamFixture(folder.resolve("data"));
                RunningSeries series = new RunningSeries(
                        folder.resolve("series"), new MemoryBudget(1 << 24), Supervisor.system(), Clock.systemUTC());
                AlarmTrial alarms = new AlarmTrial(
                        folder.resolve("alarms"),
                        new SystemStorage(),
                        new SystemStorage(),
                        AlarmTrial.above("warm", 8, 0))) {
            // Its label's end would be in the middle of a character, and a secret reaches beyond it.
            String fresh = fixture.cloud()
                    .addDevice(
                            DeviceType.TEMPERATURE,
                            Map.of(
                                    "name",
                                    "Fresh",
                                    "b",
                                    "2",
                                    "a",
                                    "x".repeat(1_999) + "\ud83d\ude00",
                                    "note",
                                    "y".repeat(1_980) + " password=correct-horse"));
            String mute = fixture.cloud().addDevice(DeviceType.TEMPERATURE, Map.of());
            fixture.routes(exchange -> {}, "one");
            series.add(fixture.status().streams().get(0));
            DevicesDocument document = new DevicesDocument(fixture.status(), series, () -> List.of(alarms.running()));
            alarms.append(1, fresh, 9);
            alarms.work();
            Instant newest = Instant.now().minusSeconds(60);
            fixture.cloud().publish(fresh, "temperature", "{\"value\":4.5}", newest.minusSeconds(60), Origin.LIVE);
            fixture.cloud().publish(fresh, "temperature", "{\"value\":9.25}", newest, Origin.LIVE);
            fixture.cloud().publish(fresh, "batteryStatus", "{\"percentage\":79.6}", newest, Origin.LIVE);

            JsonNode devices = await().atMost(StreamFixture.PATIENCE)
                    .until(
                            () -> new ObjectMapper().readTree(document.json()),
                            json -> json.path("devices").size() == 3
                                    && device(json, fresh).path("battery").isNumber());

            JsonNode heard = device(devices, fresh);
            assertThat(heard.at("/values/temperature").toString()).isEqualTo("[9.25," + newest.toEpochMilli() + "]");
            assertThat(heard.path("seen").asLong()).isEqualTo(newest.toEpochMilli());
            assertThat(heard.path("battery").asInt()).isEqualTo(80);
            assertThat(heard.path("signal").isNull()).isTrue();
            assertThat(heard.path("project").asText()).isEqualTo(fixture.cloud().projectId());
            assertThat(heard.at("/alarm/rule").asText()).isEqualTo("warm");
            assertThat(heard.at("/alarm/state").asText()).isEqualTo("unacknowledged");
            assertThat(heard.at("/alarm/severity").asText()).isEqualTo("warning");
            assertThat(heard.path("labels").fieldNames()).toIterable().startsWith("a", "b");
            assertThat(heard.at("/labels/a").asText()).isEqualTo("x".repeat(1_999) + "…");
            assertThat(heard.at("/labels/note").asText())
                    .doesNotContain("correct")
                    .contains("password=");
            JsonNode silent = device(devices, mute);
            assertThat(silent.path("name").asText()).isEqualTo(mute);
            assertThat(silent.path("listed").asBoolean()).isTrue();
            assertThat(silent.path("seen").isNull()).isTrue();
            assertThat(silent.path("values").isEmpty()).isTrue();
            assertThat(silent.path("alarm").isNull()).isTrue();
            assertThat(devices.at("/quantities/contact/states").toString()).isEqualTo("[\"OPEN\",\"CLOSED\"]");
            assertThat(devices.at("/quantities/temperature/unit").asText()).isEqualTo("°C");
            assertThat(devices.path("sequence").asLong())
                    .isEqualTo(series.versions().newest());
        }
    }

    private static JsonNode device(JsonNode json, String id) {
        for (JsonNode device : json.path("devices")) {
            if (device.path("id").asText().equals(id)) {
                return device;
            }
        }
        return json.path("none");
    }
}
