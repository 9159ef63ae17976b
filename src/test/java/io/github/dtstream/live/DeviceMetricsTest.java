package io.github.dtstream.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.management.Scrape;
import io.github.dtstream.management.StreamFixture;
import io.github.dtstream.memory.MemoryBudget;
import io.github.dtstream.reading.Quantity;
import io.github.dtstream.series.value.SeriesKey;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import io.github.dtstream.thread.Supervisor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Devices of a real stream: one that measures, one with states, one that is silent, and one that is seldom heard. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeviceMetricsTest {
    private final Instant begun = Instant.now();

    private StreamFixture fixture;
    private RunningSeries series;
    private String climate;
    private String door;
    private String silent;
    private String seldom;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        fixture = new StreamFixture(folder);
        climate = fixture.cloud().addDevice(DeviceType.HUMIDITY, Map.of("name", "Store \"3\""));
        door = fixture.cloud().addDevice(DeviceType.CONTACT, Map.of());
        silent = fixture.cloud().addDevice(DeviceType.TEMPERATURE, Map.of("name", "Silent"));
        seldom = fixture.cloud().addDevice(DeviceType.TEMPERATURE, Map.of("name", "Seldom"));
        series = new RunningSeries(
                folder.resolve("series"), new MemoryBudget(1 << 24), Supervisor.system(), Clock.systemUTC());
        fixture.routes(exchange -> {}, "one");
        series.add(fixture.status().streams().get(0));
        publish(silent, "temperature", "{\"value\":4}", Duration.ofMinutes(70));
        for (int minutes = 360; minutes >= 90; minutes -= 30) {
            publish(seldom, "networkStatus", "{\"signalStrength\":40}", Duration.ofMinutes(minutes));
        }
        publish(climate, "humidity", "{\"temperature\":21.5,\"relativeHumidity\":45}", Duration.ofMinutes(2));
        publish(climate, "batteryStatus", "{\"percentage\":80}", Duration.ofMinutes(2));
        publish(climate, "touch", "{}", Duration.ofSeconds(60));
        publish(door, "contact", "{\"state\":\"CLOSED\"}", Duration.ofMinutes(3));
        publish(door, "objectPresentCount", "{\"total\":17}", Duration.ofMinutes(2));
        publish(door, "contact", "{\"state\":\"OPEN\"}", Duration.ofMinutes(1));
        // The last of all is the last that the index sees.
        SeriesKey last = new SeriesKey(fixture.device(), Quantity.TEMPERATURE);
        fixture.publish(3);
        await().atMost(StreamFixture.PATIENCE).until(() -> series.of(last).isPresent());
    }

    @AfterAll
    void stop() {
        series.close();
        fixture.close();
    }

    private void publish(String device, String type, String data, Duration age) {
        fixture.cloud().publish(device, type, data, begun.minus(age), Origin.LIVE);
    }

    private List<String> samples(int most) {
        return Scrape.of(new DeviceMetrics(fixture.status(), series, most));
    }

    private static List<String> of(String device, List<String> samples) {
        return samples.stream()
                .filter(sample -> sample.contains("device=\"" + device + "\""))
                .toList();
    }

    private String labels(String device, String name) {
        return "device=\"" + device + "\",name=\"" + name + "\",project=\""
                + fixture.cloud().projectId() + "\"";
    }

    @Test
    void areInBaseUnitsWithTheDevicesNameAndEscapedQuotes() {
        String labels = labels(climate, "Store \\\"3\\\"");
        assertThat(of(climate, samples(100)))
                .containsExactlyInAnyOrder(
                        "dt_device_temperature_celsius{" + labels + "} 21.5",
                        "dt_device_humidity_ratio{" + labels + "} 0.45",
                        "dt_device_battery_ratio{" + labels + "} 0.8",
                        "dt_device_last_seen_timestamp_seconds{" + labels + "} " + seconds(begun.minusSeconds(60)),
                        "dt_device_touched_timestamp_seconds{" + labels + "} " + seconds(begun.minusSeconds(60)));
    }

    private static String seconds(Instant time) {
        return Double.toString(time.toEpochMilli() / 1000.0);
    }

    @Test
    void haveOneForTheNewestStateAndZeroForTheOthersAndCountersForCounts() {
        String labels = labels(door, door);
        assertThat(of(door, samples(100)))
                .contains("dt_device_objects_total{" + labels + "} 17.0")
                .filteredOn(sample -> sample.startsWith("dt_device_state"))
                .satisfiesExactlyInAnyOrder(
                        open -> assertThat(open)
                                .contains("quantity=\"contact\",state=\"OPEN\"")
                                .endsWith(" 1.0"),
                        closed -> assertThat(closed)
                                .contains("quantity=\"contact\",state=\"CLOSED\"")
                                .endsWith(" 0.0"));
    }

    @Test
    void ofASilentDeviceTellOnlyWhenItWasHeardLast() {
        assertThat(of(silent, samples(100)))
                .singleElement()
                .asString()
                .startsWith("dt_device_last_seen_timestamp_seconds{");
    }

    @Test
    void keepTheValuesOfADeviceThatIsSeldomHeardForFourOfItsIntervals() {
        assertThat(of(seldom, samples(100)))
                .as("heard 90 minutes ago, every 30 minutes before")
                .anyMatch(sample -> sample.startsWith("dt_device_signal_ratio{") && sample.endsWith(" 0.4"));
    }

    @Test
    void areOfAsManyDevicesAsWereAskedForAndSayHowManyAreLeftOut() {
        List<String> two = samples(2);

        assertThat(two)
                .filteredOn(sample -> sample.startsWith("dt_device_last_seen"))
                .hasSize(2);
        assertThat(two).contains("dt_device_metrics_left_out_devices 3.0");
        assertThat(samples(5)).contains("dt_device_metrics_left_out_devices 0.0");
    }
}
