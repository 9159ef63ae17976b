package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last values of devices before the router knew them, for routes that want them and for those that do not. */
class FirstValuesRouteTest {
    private static final String ALARMS = """
            alarms:
              - {alarm: open, value: contact, raise: {is: OPEN}, severity: critical}
            """;

    private static final String TOLD = """
            - route:
                id: told
                from:
                  uri: dt-alarm:*
                  parameters: {subscriber: told}
                  steps:
                    - to: log:told?level=OFF
            """;

    @TempDir
    private Path folder;

    private List<String> lines(String route) throws Exception {
        Path file = folder.resolve("out/" + route + ".txt");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void areDeliveredOnceToARouteThatAsksForThemAndRaiseNoAlarm() throws Exception {
        RouterFixture.addRoute(folder, "asks");
        RouterFixture.addRoute(folder, "plain");
        Path route = folder.resolve("routes/asks.camel.yaml");
        Files.writeString(
                route,
                Files.readString(route).replace("subscriber: asks", "subscriber: asks\n        firstValues: true"));
        Files.writeString(folder.resolve("routes/alarms.yaml"), ALARMS);
        Files.writeString(folder.resolve("routes/told.camel.yaml"), TOLD);
        try (SimulatedCloud cloud = RouterFixture.cloud()) {
            String door = cloud.addDevices(1, DeviceType.CONTACT).get(0);
            cloud.publish(
                    door,
                    "contact",
                    "{\"state\":\"OPEN\"}",
                    Instant.now().minus(Duration.ofDays(240)),
                    SimulatedEvent.Origin.PRELOADED);
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                await().atMost(RouterFixture.PATIENCE).until(() -> lines("asks").size() == 1);
                assertThat(lines("asks").get(0)).contains("\"eventId\":\"reported-" + door + "-contact-");
                awaitLiveEvent(router, cloud, door, "plain");
                assertThat(router.json("/alarms").path("alarms")).isEmpty();
            }
            try (RouterFixture router = RouterFixture.start(folder, cloud, Map.of())) {
                awaitLiveEvent(router, cloud, door, "asks");
            }
            assertThat(lines("asks"))
                    .filteredOn(line -> line.contains("reported-"))
                    .hasSize(1);
            assertThat(lines("plain")).noneMatch(line -> line.contains("reported-"));
        }
    }

    private void awaitLiveEvent(RouterFixture router, SimulatedCloud cloud, String door, String route) {
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
        String event = cloud.publish(door, "contact", "{\"state\":\"CLOSED\"}").eventId();
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> lines(route).stream().anyMatch(line -> line.contains(event)));
    }
}
