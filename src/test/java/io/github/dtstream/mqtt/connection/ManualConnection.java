package io.github.dtstream.mqtt.connection;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.DtMqttEndpoint;
import io.github.dtstream.mqtt.link.HiveMqttClients;
import io.github.dtstream.mqtt.link.LinkFactory;
import io.github.dtstream.mqtt.link.MqttSettings;
import io.github.dtstream.mqtt.message.MessageProperties;
import io.github.dtstream.mqtt.message.Publication;
import io.github.dtstream.mqtt.message.PublishBatch;
import io.github.dtstream.mqtt.message.PublishException;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;

/** A connection over real sockets whose time the test moves. */
public final class ManualConnection implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(250);

    private static final Duration SMALL_STEP = Duration.ofMillis(5);
    private static final String ROUTE = "route";

    final ManualTime time = new ManualTime();
    public final Completions completions = new Completions();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final MqttConnection connection;

    /** Runs completions at once, and notes their exceptions as a component's pool does. */
    public static final class Completions implements Executor {
        /** The error that is thrown next instead of running a task. */
        public final AtomicReference<Error> refuses = new AtomicReference<>();

        public final List<Throwable> told = new CopyOnWriteArrayList<>();

        @Override
        public void execute(Runnable task) {
            Error error = refuses.getAndSet(null);
            if (error != null) {
                throw error;
            }
            try {
                task.run();
            } catch (Throwable e) {
                told.add(e);
            }
        }
    }

    public ManualConnection(String uri) throws Exception {
        this(uri, links -> links);
    }

    /** @param around wraps the factory of real links */
    public ManualConnection(String uri, UnaryOperator<LinkFactory> around) throws Exception {
        context.addComponent("dt-mqtt", new DtMqttComponent());
        context.start();
        MqttSettings settings = context.getEndpoint(uri, DtMqttEndpoint.class).settings();
        connection = new MqttConnection(
                settings,
                around.apply(new HiveMqttClients(settings, Supervisor.system())),
                new Random(1),
                time,
                (owner, task) -> completions.execute(task),
                time,
                time);
        connection.start();
        time.advance(Duration.ZERO);
    }

    /** Connects within the time that the network takes; attempts that are due later are made now. */
    public ManualConnection connected() {
        await(() -> status().connected());
        return this;
    }

    /**
     * Waits for something while time passes: fast while there is no connection, as attempts may be due later, and slowly
     * while there is one. What the network does at once takes a busy machine long, and a short connection would look like a
     * long one.
     */
    public void await(Callable<Boolean> condition) {
        Awaitility.await().until(() -> {
            time.advance(status().connected() ? SMALL_STEP : STEP);
            return condition.call();
        });
    }

    public MqttStatus status() {
        return connection.status();
    }

    /** Publishes messages as one batch. */
    public CompletableFuture<PublishException> publish(String topic, List<String> payloads, int qos, boolean retained)
            throws Exception {
        CompletableFuture<PublishException> done = new CompletableFuture<>();
        PublishBatch batch = new PublishBatch(this, ROUTE, null, done::complete);
        List<Publication> publications = new ArrayList<>();
        for (String payload : payloads) {
            publications.add(new Publication(
                    MqttTopic.of(topic),
                    payload.getBytes(StandardCharsets.UTF_8),
                    MqttQos.fromCode(qos),
                    retained,
                    MessageProperties.NONE,
                    batch,
                    publications.size()));
        }
        batch.fill(publications, List.of(), new BitSet());
        connection.publish(batch);
        return done;
    }

    public CompletableFuture<PublishException> publish(String... payloads) throws Exception {
        return publish("t", List.of(payloads), 1, false);
    }

    /** Behaves as if the publishing route were being stopped. */
    public void stopRoute() {
        connection.hurry(batch -> batch.isOf(ROUTE));
    }

    /** Lets time pass, as timers notice it. */
    public void pass(Duration duration) {
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(STEP)) {
            time.advance(STEP);
        }
    }

    /** Waits for the outcome while time passes. */
    public PublishException outcome(CompletableFuture<PublishException> sent) throws Exception {
        await(sent::isDone);
        return sent.get(1, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close();
        context.stop();
    }
}
