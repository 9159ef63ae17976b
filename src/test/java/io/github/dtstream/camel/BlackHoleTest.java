package io.github.dtstream.camel;

import static org.awaitility.Awaitility.await;

import io.github.dtstream.faultproxy.FaultProxy;
import io.github.dtstream.session.SessionState;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.stream.EventStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cloud that disappears without a FIN: the network carries nothing any more, and reports no end. */
final class BlackHoleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    @Test
    void isNoticedByTheSilenceAndFollowedByANewConnection() throws Exception {
        try (SimulatedCloud cloud =
                        SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
                FaultProxy proxy = FaultProxy.start(cloud.baseUri().getPort());
                DefaultCamelContext context = new DefaultCamelContext()) {
            String device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
            EventStream stream = start(context, cloud, proxy);
            await().atMost(PATIENCE).until(() -> stream.sessionState() instanceof SessionState.Live);

            proxy.blackHole();

            await().atMost(PATIENCE).until(() -> !(stream.sessionState() instanceof SessionState.Live));
            await().atMost(PATIENCE).until(() -> stream.openGaps() > 0);

            proxy.pass();

            await().atMost(PATIENCE).until(() -> stream.sessionState() instanceof SessionState.Live);
            String eventId =
                    cloud.publish(device, "temperature", "{\"value\":21.5}").eventId();
            await().atMost(PATIENCE).until(() -> delivered.contains(eventId));
        }
    }

    private EventStream start(DefaultCamelContext context, SimulatedCloud cloud, FaultProxy proxy) throws Exception {
        DtStreamComponent component = new DtStreamComponent();
        SimulatedAccount.set(component, cloud, data);
        component.setApiUrl(through(proxy, cloud.baseUri()));
        component.setTokenUrl(through(proxy, cloud.tokenUri()));
        context.addComponent("dt-stream", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("dt-stream:" + cloud.projectId() + "?subscriber=a&pingInterval=1000&pingJitter=3000&maxRetries=-1")
                        .process(exchange -> {
                            for (Object part : exchange.getMessage().getBody(List.class)) {
                                delivered.add(((Message) part).getHeader("DtEventId", String.class));
                            }
                        });
            }
        });
        context.start();
        return component.streams().all().get(0);
    }

    private static String through(FaultProxy proxy, URI plain) {
        return "http://127.0.0.1:" + proxy.port() + plain.getPath();
    }
}
