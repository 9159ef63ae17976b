package io.github.dtstream.management;

import static org.awaitility.Awaitility.await;

import io.github.dtstream.camel.SimulatedAccount;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.CloudClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with routes from a project of the simulated cloud, which has one device, and what knows their status. */
public final class StreamFixture implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SimulatedCloud cloud;
    private final DefaultCamelContext context;
    private final RouterStatus status;
    private final String device;

    public StreamFixture(Path folder) throws IOException {
        this(folder, new DefaultCamelContext());
    }

    StreamFixture(Path folder, DefaultCamelContext context) throws IOException {
        this.context = context;
        status = new RouterStatus(context, List::of, Supervisor.system(), CloudClock.system());
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevice(DeviceType.TEMPERATURE, Map.of("name", "Freezer"));
        context.addComponent("dt-stream", SimulatedAccount.quickToStop(cloud, folder));
    }

    public RouterStatus status() {
        return status;
    }

    public String device() {
        return device;
    }

    public SimulatedCloud cloud() {
        return cloud;
    }

    public DefaultCamelContext context() {
        return context;
    }

    /** Starts a route of each name, which is also its subscriber, and waits until the stream is live. */
    public void routes(Processor sink, String... names) throws Exception {
        routes(sink, 1, names);
    }

    /** The same, beside routes of other components.
     *
     * @param streams how many streams are live then
     */
    public void routes(Processor sink, int streams, String... names) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String name : names) {
                    from("dt-stream:" + cloud.projectId() + "?subscriber=" + name
                                    + "&pingInterval=1000&redeliveryDelay=50&maxRedeliveryDelay=50")
                            .routeId(name)
                            .split(body())
                            .stopOnException()
                            .filter(header("DtEventType").isNotEqualTo("ping"))
                            .process(sink);
                }
            }
        });
        context.start();
        await().atMost(PATIENCE)
                .until(() -> status.streams().stream()
                                .filter(stream -> stream.sessionState().label().equals("live"))
                                .count()
                        == streams);
    }

    /** Publishes a temperature of the device; returns the event's identifier. */
    public String publish(double value) {
        return cloud.publish(device, "temperature", "{\"value\":" + value + "}").eventId();
    }

    @Override
    public void close() {
        context.stop();
        cloud.close();
    }
}
