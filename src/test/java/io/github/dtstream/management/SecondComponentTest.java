package io.github.dtstream.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import io.github.dtstream.time.Sleeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two components of the same kind in one context, as for two service accounts, here even for the same project. */
final class SecondComponentTest {
    @TempDir
    private Path folder;

    @Test
    void isCountedInListHealthAndMetrics() throws Exception {
        try (SimulatedCloud cloud =
                        SimulatedCloud.start(SimulatorSettings.defaults(), CloudClock.system(), new Random(1));
                DefaultCamelContext context = new DefaultCamelContext()) {
            context.addComponent("dt-stream", component(cloud, "one"));
            context.addComponent("dt-other", component(cloud, "two"));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("dt-stream:" + cloud.projectId() + "?subscriber=a&pingInterval=1000")
                            .routeId("a")
                            .to("log:a?level=OFF");
                    from("dt-other:" + cloud.projectId() + "?subscriber=b&pingInterval=1000")
                            .routeId("b")
                            .to("log:b?level=OFF");
                }
            });
            context.start();
            RouterStatus status = new RouterStatus(
                    context, List::of, new Supervisor(CloudClock.system(), Sleeper.SYSTEM), CloudClock.system());

            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            status.routesJson().at("/streams/1/state").asText().equals("live"));

            String name = cloud.projectId() + "/default";
            assertThat(status.routesJson().findValuesAsText("stream"))
                    .containsExactlyInAnyOrder(name, "dt-other:" + name);
            assertThat(status.health())
                    .extracting(health -> health.part().toString())
                    .contains("stream " + name, "stream dt-other:" + name);
            try (Metrics metrics = new Metrics(status, List.of())) {
                assertThat(metrics.scrape())
                        .contains(
                                "dt_stream_live{stream=\"" + name + "\"}",
                                "dt_stream_live{stream=\"dt-other:" + name + "\"}");
            }
        }
    }

    private DtStreamComponent component(SimulatedCloud cloud, String data) {
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, folder.resolve(data));
        return component;
    }
}
