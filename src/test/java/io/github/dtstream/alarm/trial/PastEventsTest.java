package io.github.dtstream.alarm.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.cloud.CloudClient;
import io.github.dtstream.cloud.api.Device;
import io.github.dtstream.cloud.api.DeviceFilters;
import io.github.dtstream.cloud.api.Devices;
import io.github.dtstream.cloud.api.History;
import io.github.dtstream.cloud.http.CloudClientSettings;
import io.github.dtstream.cloud.token.Credentials;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.ReceivedRequest;
import io.github.dtstream.simulator.weather.Target;
import io.github.dtstream.storage.SystemStorage;
import io.github.dtstream.text.Secret;
import io.github.dtstream.time.CloudClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTP, with the simulated cloud. */
class PastEventsTest {
    private static final CloudClock CLOCK = CloudClock.system();
    private static final String FREEZERS =
            "devices: {label: {zone: freezer}}, value: temperature, raise: {above: -15, for: 30m}";

    @TempDir
    private Path folder;

    private final Instant end = CLOCK.instant().truncatedTo(ChronoUnit.SECONDS);
    private final Instant start = end.minus(Duration.ofDays(2));
    private final List<JournalRecord> told = new ArrayList<>();
    private int pings;
    private int progress;
    private SimulatedCloud cloud;
    private CloudClient client;

    @BeforeEach
    void begin() throws Exception {
        cloud = SimulatedCloud.start(
                SimulatorSettings.defaults().withIndexingDelay(Duration.ZERO, Duration.ZERO),
                // Not the client's clock, which goes back if an answer's date says so; published events would not be
                // there yet.
                Clock.systemUTC(),
                new Random(1));
        client = new CloudClient(
                CloudClientSettings.of(cloud.baseUri(), "test"),
                new Credentials.Basic(
                        cloud.account().keyId(), new Secret(cloud.account().secret())),
                CLOCK);
    }

    @AfterEach
    void end() {
        client.close();
        cloud.close();
    }

    private void temperature(String device, int minute, double value) {
        cloud.publish(
                device,
                "temperature",
                "{\"value\":" + value + "}",
                start.plus(Duration.ofMinutes(minute)),
                SimulatedEvent.Origin.HISTORY_ONLY);
    }

    /** The result of a trial of the rules with all events. */
    private RuleTrial trial(List<AlarmRule> rules, int pageSize) throws Exception {
        List<Device> devices = new ArrayList<>();
        new Devices(client, cloud.projectId()).forEach(DeviceFilters.NONE, devices::add);
        AlarmTrial trial = new AlarmTrial(
                rules,
                id -> devices.stream().filter(device -> device.id().equals(id)).findFirst());
        PastEvents past = new PastEvents(new History(client, cloud.projectId(), pageSize), rules);
        past.read(
                devices,
                start,
                end,
                folder.resolve("spool"),
                new SystemStorage(),
                (done, of, events) -> progress = of == 0 ? 100 : 100 * done / of,
                new PastEvents.Consumer() {
                    @Override
                    public void event(JournalRecord record) {
                        told.add(record);
                        trial.on(record);
                    }

                    @Override
                    public void ping(JournalRecord record) {
                        pings++;
                        trial.ping(record);
                    }
                });
        assertThat(past.invalid()).isZero();
        assertThat(past.gone()).isEmpty();
        return trial.report().rules().get(0);
    }

    @Test
    void tellsWhatWasInTheOrderOfTimeWhateverTheDeviceAndThePage() throws Exception {
        String one = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer", "name", "One"));
        String two = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer", "name", "Two"));
        for (int minute = 0; minute < 2 * 24 * 60; minute += 15) {
            temperature(one, minute, -20);
            temperature(two, minute + 7, minute >= 600 && minute < 660 ? -10 : -20);
        }
        RuleTrial trial = trial(AlarmTrialTest.rules("alarms: [{alarm: warm, " + FREEZERS + "}]"), 50);

        assertThat(told).hasSize(384).isSortedAccordingTo((a, b) -> a.received().compareTo(b.received()));
        assertThat(told.stream().map(record -> record.event().eventId())).doesNotHaveDuplicates();
        assertThat(trial.alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.deviceName()).isEqualTo("Two");
            assertThat(alarm.since()).isEqualTo(start.plus(Duration.ofMinutes(607)));
            assertThat(alarm.until()).contains(start.plus(Duration.ofMinutes(667)));
            assertThat(alarm.isLate()).isFalse();
        });
        assertThat(progress).isEqualTo(100);
        assertThat(folder.resolve("spool")).doesNotExist();
    }

    @Test
    void asksOnlyForDevicesAndEventsThatRulesAreAbout() throws Exception {
        String freezer = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer"));
        String office = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "office"));
        temperature(freezer, 0, -20);
        temperature(office, 0, 20);
        trial(AlarmTrialTest.rules("alarms: [{alarm: warm, " + FREEZERS + "}]"), 1000);

        assertThat(told)
                .singleElement()
                .satisfies(record -> assertThat(record.event().deviceId()).isEqualTo(freezer));
        // The simulated cloud notes a request after it has answered it.
        await().untilAsserted(() -> assertThat(cloud.latestRequests())
                .filteredOn(request -> request.target() == Target.HISTORY)
                .singleElement()
                .extracting(ReceivedRequest::uri)
                .asString()
                .contains(freezer, "event_types=temperature")
                .doesNotContain(office));
    }

    @Test
    void silenceIsJudgedByPingsThatStandBetweenTheEvents() throws Exception {
        String freezer = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer"));
        temperature(freezer, 0, -20);
        temperature(freezer, 15, -20);
        temperature(freezer, 300, -20);
        RuleTrial trial = trial(
                AlarmTrialTest.rules("alarms: [{alarm: silent, devices: {label: {zone: freezer}}, no-data: 50m}]"),
                1000);

        assertThat(trial.alarms()).hasSize(2);
        assertThat(trial.alarms().get(0).since()).isEqualTo(start.plus(Duration.ofMinutes(15)));
        assertThat(trial.alarms().get(0).until()).contains(start.plus(Duration.ofMinutes(300)));
        assertThat(trial.alarms().get(1).until()).isEmpty();
        assertThat(told).hasSize(3);
        assertThat(pings).isEqualTo(14 + 284 + (2 * 24 * 60 - 301));
    }

    @Test
    void aDeviceThatHasLeftIsNamedAndTheOthersAreTried() throws Exception {
        String stays = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("zone", "freezer"));
        temperature(stays, 0, -20);
        List<AlarmRule> rules = AlarmTrialTest.rules("alarms: [{alarm: warm, " + FREEZERS + "}]");
        PastEvents past = new PastEvents(new History(client, cloud.projectId()), rules);
        Map<String, String> labels = Map.of("zone", "freezer", "name", "Gone");
        past.read(
                List.of(new Device("gone", "temperature", "", labels), new Device(stays, "temperature", "", labels)),
                start,
                end,
                folder.resolve("spool"),
                new SystemStorage(),
                (done, of, events) -> {},
                new PastEvents.Consumer() {
                    @Override
                    public void event(JournalRecord record) {
                        told.add(record);
                    }

                    @Override
                    public void ping(JournalRecord record) {
                        // Not used.
                    }
                });
        assertThat(past.gone()).containsExactly("Gone");
        assertThat(told).hasSize(1);
        assertThat(Optional.ofNullable(told.get(0).event().deviceId())).contains(stays);
    }
}
