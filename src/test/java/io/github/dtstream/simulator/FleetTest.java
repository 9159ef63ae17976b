package io.github.dtstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.simulator.device.EventText;
import io.github.dtstream.simulator.device.SimulatedEvent;
import io.github.dtstream.simulator.http.AccessTokens;
import io.github.dtstream.simulator.stream.StreamHub;
import io.github.dtstream.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final Instant START = Instant.parse("2026-03-01T06:00:00Z");

    private final MovableClock clock = new MovableClock(START);

    private List<SimulatedEvent> live(long seed, int sensors, Duration time, Duration step) {
        MovableClock own = new MovableClock(START);
        EventLog log = new EventLog(1_000_000);
        StreamHub hub = new StreamHub(0);
        Faults faults = new Faults(own, hub, new AccessTokens(own, new SplittableRandom(0), Duration.ofHours(1)));
        Project project = new Project(SimulatorSettings.defaults(), own, new SplittableRandom(seed), hub, faults, log);
        Fleet fleet = new Fleet(project, new SplittableRandom(seed + 1), sensors, 1, START);
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
            own.advance(step);
            fleet.advanceTo(own.instant(), SimulatedEvent.Origin.LIVE);
        }
        return log.events();
    }

    private static List<String> texts(List<SimulatedEvent> events) {
        return events.stream().map(SimulatedEvent::toString).toList();
    }

    @Test
    void makesTheSameEventsFromTheSameSeed() {
        List<String> first = texts(live(5, 20, Duration.ofHours(12), Duration.ofMinutes(1)));

        assertThat(texts(live(5, 20, Duration.ofHours(12), Duration.ofMinutes(1))))
                .isEqualTo(first);
        assertThat(texts(live(6, 20, Duration.ofHours(12), Duration.ofMinutes(1))))
                .isNotEqualTo(first);
    }

    @Test
    void coversAllThatSensorsSay() {
        List<SimulatedEvent> events = live(5, 40, Duration.ofDays(5), Duration.ofMinutes(10));

        assertThat(events.stream().map(SimulatedEvent::eventType).collect(Collectors.toSet()))
                .contains(
                        "temperature",
                        "humidity",
                        "touch",
                        "objectPresent",
                        "objectPresentCount",
                        "touchCount",
                        "waterPresent",
                        "motion",
                        "contact",
                        "deskOccupancy",
                        "co2",
                        "pressure",
                        "networkStatus",
                        "batteryStatus",
                        "labelsChanged",
                        "connectionStatus",
                        "ethernetStatus",
                        "cellularStatus");
    }

    @Test
    void writesEventsOfTheDocumentedForm() throws Exception {
        for (SimulatedEvent event : live(5, 40, Duration.ofDays(2), Duration.ofMinutes(10))) {
            JsonNode json = CloudClient.json(event.toString());
            assertThat(json.path("eventId").asText()).matches("[0-9a-v]{20}").isEqualTo(event.eventId());
            assertThat(json.path("timestamp").asText()).isEqualTo(EventText.timestamp(event.timestamp()));
            if (event.eventType().equals("labelsChanged")) {
                assertThat(json.path("data").path("added").isObject()).isTrue();
                assertThat(json.path("data").path("removed").isArray()).isTrue();
            } else {
                assertThat(json.path("data").path(event.eventType()).path("updateTime"))
                        .isEqualTo(json.path("timestamp"));
            }
            if (event.eventType().equals("temperature")) {
                assertSamplesNewestFirst(json.at("/data/temperature"));
            }
        }
    }

    private static void assertSamplesNewestFirst(JsonNode temperature) {
        List<String> times = new ArrayList<>();
        temperature
                .path("samples")
                .forEach(sample -> times.add(sample.path("sampleTime").asText()));
        assertThat(times).isNotEmpty().isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(temperature.at("/samples/0/value")).isEqualTo(temperature.path("value"));
        assertThat(times.get(0)).isEqualTo(temperature.path("updateTime").asText());
    }

    @Test
    void sendsWhatASensorKeptWhileItWasOfflineNewestFirst() {
        List<SimulatedEvent> backfilled = live(5, 40, Duration.ofDays(5), Duration.ofMinutes(1)).stream()
                .filter(event -> event.origin() == SimulatedEvent.Origin.BACKFILLED)
                .toList();

        assertThat(backfilled).isNotEmpty().allSatisfy(event -> {
            assertThat(event.toString()).contains("\"isBackfilled\":true");
            assertThat(event.timestamp()).isBefore(event.produced().minus(Duration.ofMinutes(20)));
        });
    }

    @Test
    void givesADemoAPastAndALife() throws Exception {
        SimulatorSettings settings =
                SimulatorSettings.defaults().withSensors(12, 120).withPreload(Duration.ofMinutes(30));
        try (SimulatedCloud cloud = SimulatedCloud.start(settings, clock, new SplittableRandom(1))) {
            long past = cloud.producedCount();
            assertThat(past).isPositive();
            assertThat(cloud.produced()).allMatch(event -> event.origin() == SimulatedEvent.Origin.PRELOADED);

            clock.advance(Duration.ofMinutes(1));

            org.awaitility.Awaitility.await().until(() -> cloud.producedCount() > past);
        }
    }
}
