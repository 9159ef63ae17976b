package io.github.dtstream.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.camel.DtStreamConstants;
import io.github.dtstream.storage.CrashTrial;
import io.github.dtstream.storage.FaultyStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AlarmsTest {
    private static final Duration PERIOD = Duration.ofMinutes(45);

    @TempDir
    private Path folder;

    private final CamelContext context = new DefaultCamelContext(false);
    private final Alarms alarms = Alarms.inMemory();

    @Test
    void keepsAlarmsAndDevicesApart() throws IOException {
        alarms.set("warm", "d1", true);

        assertThat(alarms.isRaised("warm", "d1")).isTrue();
        assertThat(alarms.isRaised("warm", "d2")).isFalse();
        assertThat(alarms.isRaised("cold", "d1")).isFalse();
        alarms.set("warm", "d1", false);
        assertThat(alarms.isRaised("warm", "d1")).isFalse();
    }

    @Test
    void remembersRaisedAlarmsOverARestart() throws IOException {
        Path file = folder.resolve("data").resolve("alarms.json");
        Alarms before = Alarms.keptIn(file);
        before.set("warm", "d1", true);
        before.set("warm", "d2", true);
        before.set("warm", "d2", false);

        Alarms after = Alarms.keptIn(file);
        assertThat(after.isRaised("warm", "d1")).isTrue();
        assertThat(after.isRaised("warm", "d2")).isFalse();
    }

    @Test
    void remembersThemWhereverItCrashes() throws Exception {
        CrashTrial.atEachOperation(
                folder,
                (own, storage) ->
                        Alarms.keptIn(own.resolve("alarms.json"), storage).set("warm", "d1", true),
                (own, storage) ->
                        Alarms.keptIn(own.resolve("alarms.json"), storage).set("warm", "d2", true),
                (own, storage, isDone) -> {
                    Alarms after = Alarms.keptIn(own.resolve("alarms.json"), storage);
                    assertThat(after.isRaised("warm", "d1")).isTrue();
                    assertThat(after.isRaised("warm", "d2") || !isDone).isTrue();
                });
    }

    @Test
    void writesWhenItIsToldAgainWhatTheDiskRefused() throws Exception {
        FaultyStorage storage = new FaultyStorage();
        Path file = folder.resolve("alarms.json");
        Alarms kept = Alarms.keptIn(file, storage);
        kept.set("warm", "d1", true);
        storage.failOperations(1, Long.MAX_VALUE);
        assertThatThrownBy(() -> kept.set("warm", "d1", false)).isInstanceOf(IOException.class);
        storage.mend();

        kept.set("warm", "d1", false);

        assertThat(Alarms.keptIn(file, storage).isRaised("warm", "d1")).isFalse();
    }

    @Test
    void writesNothingUntilThereIsSomethingToRemember() throws IOException {
        Path file = folder.resolve("alarms.json");
        Alarms kept = Alarms.keptIn(file);
        kept.isRaised("warm", "d1");
        kept.set("warm", "d1", false);
        kept.silence(ping("10:00"), "no-data", PERIOD);

        assertThat(file).doesNotExist();
    }

    @Test
    void refusesToGoOnWithAFileThatIsBroken() throws IOException {
        Path file = folder.resolve("alarms.json");
        Files.writeString(file, "{\"raised\":");
        Alarms kept = Alarms.keptIn(file);

        assertThatThrownBy(() -> kept.isRaised("warm", "d1")).isInstanceOf(IOException.class);
        Files.delete(file);
        assertThat(kept.isRaised("warm", "d1")).isFalse();
    }

    @Test
    void tellsOfASilentDeviceUntilItIsNoted() throws IOException {
        hear("d1", "10:00");
        pings("10:00", "10:15", "10:30");

        assertThat(alarms.silence(ping("10:45"), "no-data", PERIOD))
                .containsExactly(Map.of(
                        "deviceId", "d1", "deviceName", "Freezer", "raised", "true", "lastHeard", time("10:00")));
        assertThat(alarms.silence(ping("10:46"), "no-data", PERIOD)).hasSize(1);
        alarms.set("no-data", "d1", true);
        assertThat(alarms.silence(ping("10:47"), "no-data", PERIOD)).isEmpty();
    }

    @Test
    void tellsOfTheEndOfSilenceUntilItIsNoted() throws IOException {
        alarms.set("no-data", "d1", true);
        Message event = event("d1", "11:00");

        List<Map<String, String>> changes = alarms.silence(event, "no-data", PERIOD);
        assertThat(changes).containsExactly(Map.of("deviceId", "d1", "deviceName", "Freezer", "raised", "false"));
        assertThat(alarms.silence(event, "no-data", PERIOD)).isEqualTo(changes);
        alarms.set("no-data", "d1", false);
        assertThat(alarms.silence(event, "no-data", PERIOD)).isEmpty();
    }

    @Test
    void doesNotTakeAnEventThatCameLateForTheEndOfSilence() throws IOException {
        hear("d1", "10:00");
        alarms.set("no-data", "d1", true);

        assertThat(alarms.silence(event("d1", "09:00"), "no-data", PERIOD)).isEmpty();
        pings("10:00", "10:15", "10:30");
        alarms.set("no-data", "d1", false);
        assertThat(alarms.silence(ping("10:45"), "no-data", PERIOD)).hasSize(1);
    }

    @Test
    void countsNoSilenceWhileTheStreamIsInterrupted() throws IOException {
        hear("d1", "10:00");
        pings("10:00", "10:15");

        assertThat(alarms.silence(ping("12:00"), "no-data", PERIOD)).isEmpty();
        pings("12:15", "12:30");
        assertThat(alarms.silence(ping("12:45"), "no-data", PERIOD)).hasSize(1);
    }

    @Test
    void countsAnewAfterARestartAndStillKnowsTheDevices() throws IOException {
        Path file = folder.resolve("alarms.json");
        Alarms before = Alarms.keptIn(file);
        before.silence(event("d1", "10:00"), "no-data", PERIOD);
        before.silence(ping("10:01"), "no-data", PERIOD);

        Alarms after = Alarms.keptIn(file);
        for (String time : List.of("10:10", "10:25", "10:40")) {
            assertThat(after.silence(ping(time), "no-data", PERIOD)).isEmpty();
        }
        assertThat(after.silence(ping("10:55"), "no-data", PERIOD))
                .containsExactly(Map.of("deviceId", "d1", "deviceName", "Freezer", "raised", "true"));
    }

    private void hear(String deviceId, String time) throws IOException {
        alarms.silence(event(deviceId, time), "no-data", PERIOD);
    }

    private void pings(String... times) throws IOException {
        for (String time : times) {
            alarms.silence(ping(time), "no-data", PERIOD);
        }
    }

    private Message ping(String time) {
        Message ping = new DefaultMessage(context);
        ping.setHeader(DtStreamConstants.TIMESTAMP, time(time));
        return ping;
    }

    private Message event(String deviceId, String time) {
        Message event = ping(time);
        event.setHeader(DtStreamConstants.DEVICE_ID, deviceId);
        event.setHeader(DtStreamConstants.DEVICE_NAME, "Freezer");
        return event;
    }

    private static String time(String time) {
        return "2026-05-29T" + time + ":00Z";
    }
}
