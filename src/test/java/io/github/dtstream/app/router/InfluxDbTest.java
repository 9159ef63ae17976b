package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.dtstream.app.router.LineProtocol.Point;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shelf's route to InfluxDB; requests are parsed strictly by the grammar of the line protocol. */
final class InfluxDbTest {
    private static final String NAME = "Freezer \"3\", left=cold C:\\new\\";

    @TempDir
    private Path folder;

    private final List<Point> points = new CopyOnWriteArrayList<>();
    private SimulatedCloud cloud;
    private HttpServer database;
    private String device;

    @BeforeEach
    void startServers() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevice(DeviceType.CO2, Map.of("name", NAME));
        database = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        database.createContext("/api/v2/write", exchange -> {
            int status = 204;
            try {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                points.addAll(LineProtocol.read(body));
            } catch (IllegalArgumentException e) {
                status = 400;
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        database.start();
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/examples/influxdb.camel.yaml"), routes.resolve("influxdb.camel.yaml"));
    }

    @AfterEach
    void stop() {
        database.stop(0);
        cloud.close();
    }

    @Test
    void hasEveryEventTypeAndAPointForEachSampleAndCloudConnector() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String heard =
                "{\"signalStrength\":40,\"rssi\":-90,\"cloudConnectors\":[{\"id\":\"%s\",\"signalStrength\":40,\"rssi\":-90}]}";
        String sampled =
                "{\"value\":4.5,\"samples\":[{\"value\":4.5,\"sampleTime\":\"%s\"},{\"value\":4,\"sampleTime\":\"%s\"}]}";
        Map<String, String> settings = Map.of(
                "influx.url", "http://127.0.0.1:" + database.getAddress().getPort(),
                "influx.org", "me",
                "influx.bucket", "sensors",
                "influx.token", "some-token");
        try (RouterFixture router = RouterFixture.start(folder, cloud, settings)) {
            await().atMost(RouterFixture.PATIENCE).until(() -> cloud.openStreams() == 1);
            await().atMost(RouterFixture.PATIENCE)
                    .until(() -> router.json("/api/devices").toString().contains("Freezer"));

            EventTypes.DATA.forEach((type, data) -> cloud.publish(device, type, data));
            cloud.publish(device, "networkStatus", heard.formatted("c1"), now, Origin.LIVE);
            cloud.publish(device, "networkStatus", heard.formatted("c2"), now, Origin.LIVE);
            cloud.publish(device, "temperature", sampled.formatted(now, now.minusSeconds(300)), now, Origin.LIVE);

            await().atMost(RouterFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(points).hasSize(EventTypes.DATA.size() + 4));
        }

        assertThat(points.stream().map(Point::measurement).collect(Collectors.toSet()))
                .isEqualTo(EventTypes.DATA.keySet());
        assertThat(points).extracting(Point::key).doesNotHaveDuplicates();
        assertThat(points)
                .allSatisfy(point -> assertThat(point.tags())
                        .containsEntry("device", device)
                        .containsEntry("name", "Freezer \"3\", left=cold C: new "));
        assertThat(points)
                .filteredOn(point -> point.measurement().equals("contact"))
                .singleElement()
                .satisfies(point -> assertThat(point.fields()).containsEntry("state", "OPEN"));
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
        assertThat(points)
                .filteredOn(point -> point.timestamp() == micros)
                .extracting(Point::measurement)
                .containsExactlyInAnyOrder("networkStatus", "networkStatus", "temperature");
        assertThat(points)
                .filteredOn(point -> point.timestamp() == micros - 300_000_000L)
                .singleElement()
                .satisfies(point -> assertThat(point.fields()).containsExactly(Map.entry("value", 4.0)));
    }
}
