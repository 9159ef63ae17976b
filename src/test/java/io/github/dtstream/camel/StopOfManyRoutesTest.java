package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.time.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops a context with routes whose sinks hold a batch for ever. */
final class StopOfManyRoutesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofMillis(200);
    private static final int ROUTES = 10;

    @TempDir
    private Path data;

    private final List<Duration> granted = new CopyOnWriteArrayList<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicInteger holding = new AtomicInteger();

    @Test
    void allRoutesOfAContextThatStopsTogetherHaveTheTimeOfOne() throws Exception {
        try (SimulatedCloud cloud =
                        SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
                DefaultCamelContext context = new DefaultCamelContext()) {
            startHolding(cloud, context, new NotedGrace());

            context.stop();

            assertThat(granted).hasSizeGreaterThanOrEqualTo(ROUTES);
            assertThat(granted.stream().filter(time -> !time.isNegative()).reduce(Duration.ZERO, Duration::plus))
                    .isLessThanOrEqualTo(GRACE);
        }
    }

    @Test
    void aRouteWhoseStopCamelInterruptsStartsAgainAndDeliversWhatItHeld() throws Exception {
        try (SimulatedCloud cloud =
                        SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
                DefaultCamelContext context = new DefaultCamelContext()) {
            startHolding(cloud, context, new StopGrace(PATIENCE, Ticker.SYSTEM));

            context.getRouteController().stopRoute("r0", 100, TimeUnit.MILLISECONDS);
            context.getRouteController().startRoute("r0");

            await().atMost(PATIENCE).until(() -> holding.get() == ROUTES + 1);
            held.countDown();
            await().atMost(PATIENCE).until(() -> lag(context, "r0") == 0);
        }
    }

    private static long lag(DefaultCamelContext context, String route) {
        JournalConsumer consumer = (JournalConsumer) context.getRoute(route).getConsumer();
        return consumer.status().orElseThrow().lag();
    }

    /** Notes the grace period of each route. */
    private final class NotedGrace extends StopGrace {
        NotedGrace() {
            super(GRACE, Ticker.SYSTEM);
        }

        @Override
        public Duration left() {
            Duration left = super.left();
            granted.add(left);
            return left;
        }
    }

    /** Starts the routes, and waits until each holds a batch. */
    private void startHolding(SimulatedCloud cloud, DefaultCamelContext context, StopGrace grace) throws Exception {
        String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        DtStreamComponent component = new DtStreamComponent(grace);
        SimulatedAccount.set(component, cloud, data);
        context.addComponent("dt-stream", component);
        context.addRoutes(routes(cloud.projectId()));
        context.start();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);
        cloud.publish(device, "temperature", "{\"value\":1}");
        await().atMost(PATIENCE).until(() -> holding.get() == ROUTES);
    }

    private RouteBuilder routes(String project) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < ROUTES; i++) {
                    from("dt-stream:" + project + "?eventTypes=temperature&subscriber=s" + i)
                            .routeId("r" + i)
                            .process(exchange -> {
                                holding.incrementAndGet();
                                held.await();
                            });
                }
            }
        };
    }
}
