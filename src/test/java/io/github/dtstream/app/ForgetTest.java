package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cursor of a removed route: it is shown, and a command deletes it. */
class ForgetTest {
    private static final String ALARM_ROUTE = """
            - route:
                id: teller
                from:
                  uri: dt-alarm:*
                  parameters: {subscriber: teller}
                  steps: [{log: {message: "${body}"}}]
            """;

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private String device;
    private RouterFixture router;

    @BeforeEach
    void startRouter() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        RouterFixture.addRoute(folder, "keeper");
        RouterFixture.addRoute(folder, "leaver");
        Files.writeString(
                folder.resolve("routes/alarms.yaml"), "alarms: [{alarm: warm, value: temperature, raise: {above: 8}}]");
        Files.writeString(folder.resolve("routes/teller.camel.yaml"), ALARM_ROUTE);
        router = RouterFixture.start(folder, cloud, Map.of());
        await().atMost(RouterFixture.PATIENCE)
                .until(() ->
                        router.json("/routes").at("/streams/0/state").asText().equals("live"));
    }

    @AfterEach
    void stop() throws Exception {
        router.close();
        cloud.close();
    }

    private RouterFixture.Ended forget(String... more) {
        String[] all = {"forget", "--data-dir", router.data.toString(), "--subscriber", more[0]};
        if (more.length > 1) {
            all = java.util.Arrays.copyOf(all, all.length + 1);
            all[all.length - 1] = more[1];
        }
        return RouterFixture.command(all);
    }

    @Test
    void saysWhatItMeansAndForgetsOnlyWhatNoRouteUses() throws Exception {
        assertThat(forget("keeper", "--yes").out()).contains("remove the route first");
        assertThat(forget("keeeper", "--yes").err()).contains("did you mean", "keeper");

        Files.delete(folder.resolve("routes/leaver.camel.yaml"));
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/routes").path("retired").size() == 1);
        cloud.publish(device, "temperature", "{\"value\":21.5}");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/routes").at("/retired/0/lag").asLong() > 0);
        assertThat(RouterFixture.command("list", "--data-dir", router.data.toString())
                        .out())
                .contains("WITHOUT A ROUTE", "leaver");
        assertThat(router.get("/health").body()).contains("leaver, which no route uses");

        RouterFixture.Ended asked = forget("leaver");
        assertThat(asked.code()).isEqualTo(1);
        assertThat(asked.out()).contains("events wait for it", "Nothing was done", "--yes");
        assertThat(router.json("/routes").path("retired")).hasSize(1);

        RouterFixture.Ended done = forget("leaver", "--yes");
        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.out()).contains("forgotten");
        assertThat(router.json("/routes").path("retired")).isEmpty();
        assertThat(router.data.resolve("journal").resolve(cloud.projectId()).resolve("default/cursors/leaver.ndjson"))
                .doesNotExist();
    }

    @Test
    void knowsTheRoutesOfAlarmsToo() throws Exception {
        assertThat(forget("teller", "--yes").out()).contains("a route of alarms of ", "remove the route first");
        assertThat(forget("teler", "--yes").err()).contains("did you mean", "teller");

        Files.delete(folder.resolve("routes/teller.camel.yaml"));
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/routes").path("retired").size() == 1);
        cloud.publish(device, "temperature", "{\"value\":21.5}");
        await().atMost(RouterFixture.PATIENCE)
                .until(() -> router.json("/routes").at("/retired/0/lag").asLong() > 0);
        assertThat(router.json("/routes").at("/retired/0/stream").asText())
                .isEqualTo("alarms of " + cloud.projectId() + "/default");
        assertThat(RouterFixture.command("list", "--data-dir", router.data.toString())
                        .out())
                .contains("WITHOUT A ROUTE", "teller", "alarms of ");
        assertThat(router.get("/health").body()).contains("changes of alarms wait for teller, which no route uses");
        assertThat(forget("teller").out()).contains("Nothing was done");

        RouterFixture.Ended done = forget("teller", "--yes");

        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.out()).contains("forgotten");
        assertThat(router.json("/routes").path("retired")).isEmpty();
        assertThat(router.data.resolve("alarms").resolve(cloud.projectId()).resolve("default/cursors/teller.ndjson"))
                .doesNotExist();
    }
}
