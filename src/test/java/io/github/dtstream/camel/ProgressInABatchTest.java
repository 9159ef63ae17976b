package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dtstream.delivery.StopGrace;
import io.github.dtstream.mqtt.DtMqttComponent;
import io.github.dtstream.mqtt.StubBroker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The events that are sent again after a failure in the middle of a batch, by the route's shape. */
final class ProgressInABatchTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int EVENTS = 30;

    @TempDir
    private Path data;

    /** How often the sink took each event, by identifier. */
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    /** An event that is in this queue twice fails twice. */
    private final Queue<String> failing = new ConcurrentLinkedQueue<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean remove(Object event) {
            amidst.run();
            return super.remove(event);
        }
    };

    /** Runs just before the sink takes an event. */
    private volatile Runnable amidst = () -> {};

    private final List<String> published = new ArrayList<>();
    private SimulatedCloud cloud;
    private String device;
    private CamelContext context;

    private final Sink sink = new Sink(taken, failing);

    /** Fails an event as often as it is in the queue, and takes it after that. */
    private record Sink(Map<String, Integer> taken, Queue<String> failing) {
        void take(Exchange exchange) throws IOException {
            String id = exchange.getMessage().getHeader("DtEventId", String.class);
            if (failing.remove(id)) {
                throw new IOException("the sink is away");
            }
            taken.merge(id, 1, Integer::sum);
        }

        /** Takes a whole batch or nothing. */
        void takeAll(Exchange exchange) throws IOException {
            List<String> ids = new ArrayList<>();
            for (Object part : exchange.getMessage().getBody(List.class)) {
                ids.add(((Message) part).getHeader("DtEventId", String.class));
            }
            if (ids.stream().anyMatch(failing::remove)) {
                throw new IOException("the sink is away");
            }
            ids.forEach(id -> taken.merge(id, 1, Integer::sum));
        }
    }

    @BeforeEach
    void startCloud() throws IOException {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        context = new DefaultCamelContext();
        DtStreamComponent component = new DtStreamComponent(new StopGrace(Duration.ofMillis(100), Ticker.SYSTEM));
        SimulatedAccount.set(component, cloud, data);
        context.addComponent("dt-stream", component);
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    static Stream<Arguments> oneByOne() {
        return Stream.of(
                shape(
                        "split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .process(sink::take)),
                shape(
                        "split to the end",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .process(sink::take)),
                shape(
                        "parallel split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .parallelProcessing()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .process(sink::take)),
                shape(
                        "streaming split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .streaming()
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .process(sink::take)),
                shape(
                        "nested split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .split()
                                .constant("once")
                                .stopOnException()
                                .process(sink::take)),
                shape(
                        "multicast in the split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .multicast()
                                .stopOnException()
                                .to("direct:sink", "mock:other?retainFirst=0")),
                shape(
                        "direct in the split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .to("direct:sink")),
                shape(
                        "another thread",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .stopOnException()
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .delay(1)
                                .asyncDelayed()
                                .process(sink::take)),
                shape(
                        "gathered for nobody",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .aggregationStrategy("#records")
                                .filter()
                                .simple("${header.DtEventType} != 'ping'")
                                .process(sink::take)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oneByOne")
    void sendsNothingTwiceWhereEventsAreSentOneByOne(String name, Shape shape) throws Exception {
        deliver(shape, "", failing -> failing.addAll(published.subList(10, 13)));

        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oneByOne")
    void sendsNothingTwiceWhenTheNextTryFailsAsWell(String name, Shape shape) throws Exception {
        deliver(shape, "", failing -> {
            failing.addAll(published.subList(10, 13));
            failing.addAll(published.subList(11, 14));
            failing.add(published.get(EVENTS - 1));
        });

        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    /** Health, metrics and {@code list} read the state at any time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("oneByOne")
    void sendsNothingTwiceWhenItIsAskedHowItDoesInTheMiddleOfABatch(String name, Shape shape) throws Exception {
        amidst = () -> consumer().status();

        deliver(shape, "", failing -> {});

        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void keepsWhatWasSentWhenTheRouteIsStoppedInTheMiddleOfABatch() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(stream(""))
                        .routeId("a")
                        .autoStartup(false)
                        .split()
                        .simple("${body}")
                        .stopOnException()
                        .filter()
                        .simple("${header.DtEventType} != 'ping'")
                        .process(exchange -> {
                            if (taken.size() == 20 && held.getCount() > 0) {
                                reached.countDown();
                                held.await();
                            }
                            sink.take(exchange);
                        });
            }
        });
        startAndPublish(faults -> {});
        assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        context.getRouteController().stopRoute("a");
        Map<String, Integer> before = Map.copyOf(taken);
        held.countDown();
        context.getRouteController().startRoute("a");
        await().atMost(PATIENCE).until(() -> taken.size() == EVENTS);

        assertThat(before).hasSize(20);
        assertThat(taken).allSatisfy((id, times) -> {
            if (before.containsKey(id)) {
                assertThat(times).isEqualTo(1);
            }
        });
    }

    static Stream<Arguments> asAWhole() {
        return Stream.of(
                shape(
                        "behind the split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .aggregationStrategy("#records")
                                .filter()
                                .simple("${header.DtEventType} == 'ping'")
                                .stop()
                                .end()
                                .end()
                                .process(sink::takeAll)),
                shape(
                        "the batch itself behind the split",
                        (route, sink) -> route.split()
                                .simple("${body}")
                                .to("mock:other?retainFirst=0")
                                .end()
                                .process(sink::takeAll)),
                shape(
                        "two branches",
                        (route, sink) -> route.multicast()
                                .stopOnException()
                                .to("direct:parts", "direct:whole")
                                .end()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("asAWhole")
    void sendsEveryEventAgainWhereNoneIsDeliveredBeforeAllAre(String name, Shape shape) throws Exception {
        deliver(shape, "", failing -> failing.addAll(published.subList(10, 13)));

        assertThat(taken.keySet()).containsAll(published);
    }

    @Test
    void repeatsNothingOnTheOtherPartitionsWhileOneOfKafkaIsAway() throws Exception {
        KafkaComponent kafka = new KafkaComponent();
        kafka.setKafkaClientFactory(new DefaultKafkaClientFactory() {
            @Override
            @SuppressWarnings({"rawtypes", "unchecked"})
            public Producer getProducer(Properties properties) {
                return new PartlyAwayKafka(failing, taken);
            }
        });
        context.addComponent("kafka", kafka);
        deliver(
                (route, into) -> route.split()
                        .simple("${body}")
                        .aggregationStrategy("#records")
                        .filter()
                        .simple("${header.DtEventType} == 'ping'")
                        .stop()
                        .end()
                        .setHeader("kafka.KEY")
                        .simple("${header.DtEventId}")
                        .convertBodyTo(String.class)
                        .end()
                        .to("kafka:events?brokers=127.0.0.1:9&recordMetadata=true"),
                "",
                faults -> faults.addAll(published.subList(10, 13)));

        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    /** A broker that fails once for each event in the queue, for a temporary reason. */
    private StubBroker mqtt() throws IOException {
        context.addComponent("dt-mqtt", new DtMqttComponent());
        return StubBroker.start().onPublish(publish -> {
            boolean fails = failing.remove(publish.payload());
            if (!fails) {
                taken.merge(publish.payload(), 1, Integer::sum);
            }
            return StubBroker.acknowledge(publish, fails ? 0x97 : 0);
        });
    }

    private static ProcessorDefinition<?> gathered(RouteDefinition route) {
        return route.split()
                .simple("${body}")
                .aggregationStrategy("#records")
                .filter()
                .simple("${header.DtEventType} == 'ping'")
                .stop()
                .end()
                .setBody()
                .simple("${header.DtEventId}")
                .end();
    }

    @Test
    void publishesOnlyWhatTheBrokerRefusedForNowAgain() throws Exception {
        try (StubBroker broker = mqtt()) {
            String uri = "dt-mqtt:events?brokerUrl=" + broker.url() + "&stateDirectory=" + data;
            deliver((route, into) -> gathered(route).to(uri), "", faults -> faults.addAll(published.subList(10, 13)));
        }

        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void publishesAllAgainWhereAnotherBrokerIsToHaveThemToo() throws Exception {
        try (StubBroker broker = mqtt();
                StubBroker second = StubBroker.start()) {
            String uri = "&stateDirectory=" + data + "&brokerUrl=";
            deliver(
                    (route, into) -> gathered(route)
                            .to("dt-mqtt:events?clientId=a" + uri + broker.url())
                            .to("dt-mqtt:events?clientId=b" + uri + second.url()),
                    "",
                    faults -> faults.addAll(published.subList(10, 13)));
            assertThat(second.payloads()).containsAll(published);
        }
    }

    /** Fails once for each key in the queue, as Kafka does for a partition without a leader. */
    private static final class PartlyAwayKafka extends MockProducer<String, String> {
        private final Queue<String> failing;
        private final Map<String, Integer> taken;

        PartlyAwayKafka(Queue<String> failing, Map<String, Integer> taken) {
            super(true, null, new StringSerializer(), new StringSerializer());
            this.failing = failing;
            this.taken = taken;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<String, String> record, Callback callback) {
            if (failing.remove(record.key())) {
                TimeoutException expired = new TimeoutException("Expiring 1 record(s)");
                callback.onCompletion(
                        new RecordMetadata(new TopicPartition(record.topic(), 0), -1, -1, -1, -1, -1), expired);
                return CompletableFuture.failedFuture(expired);
            }
            taken.merge(record.key(), 1, Integer::sum);
            return super.send(record, callback);
        }
    }

    @Test
    void losesNothingWhereAHandledFailureEndsTheSplit() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IOException.class).handled(true).process(exchange -> sink.take(exchange));
                RouteDefinition route = from(stream("")).routeId("a").autoStartup(false);
                oneByOne()
                        .findFirst()
                        .map(arguments -> (Shape) arguments.get()[1])
                        .orElseThrow()
                        .add(route, sink);
            }
        });
        startAndPublish(failing -> failing.addAll(published.subList(10, 13)));

        await().atMost(PATIENCE).until(() -> taken.size() == EVENTS);
        assertThat(taken).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void seesTheWholeBatchAgainInARouteThatDoesMoreWhenItIsDone() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        deliver(
                (route, into) -> route.onCompletion()
                        .onCompleteOnly()
                        .process(exchange -> sizes.add(
                                exchange.getMessage().getBody(List.class).size()))
                        .end()
                        .split()
                        .simple("${body}")
                        .stopOnException()
                        .filter()
                        .simple("${header.DtEventType} != 'ping'")
                        .process(into::take),
                "",
                failing -> failing.add(published.get(20)));

        await().atMost(PATIENCE)
                .until(() -> sizes.stream().mapToInt(Integer::intValue).sum() >= EVENTS);
    }

    private void deliver(Shape shape, String options, Consumer<Queue<String>> faults) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:sink").process(exchange -> sink.take(exchange));
                from("direct:parts").split().simple("${body}").to("mock:other?retainFirst=0");
                from("direct:whole").process(exchange -> sink.takeAll(exchange));
                shape.add(from(stream(options)).routeId("a").autoStartup(false), sink);
            }
        });
        startAndPublish(faults);
        await().atMost(PATIENCE).until(() -> new TreeMap<>(taken).keySet().containsAll(published));
        await().atMost(PATIENCE).until(() -> consumer().status().orElseThrow().lag() == 0);
    }

    private String stream(String options) {
        return "dt-stream:" + cloud.projectId() + "?subscriber=a&startFrom=beginning&redeliveryDelay=10" + options;
    }

    /** Publishes the events before the route starts, so that they come in one batch. */
    private void startAndPublish(Consumer<Queue<String>> faults) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("dt-stream:" + cloud.projectId() + "?subscriber=other")
                        .routeId("other")
                        .to("mock:other?retainFirst=0");
            }
        });
        context.start();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);
        for (int i = 0; i < EVENTS; i++) {
            published.add(cloud.publish(device, "temperature", "{\"value\":" + i + "}")
                    .eventId());
        }
        DtStreamConsumer other = (DtStreamConsumer) context.getRoute("other").getConsumer();
        await().atMost(PATIENCE).until(() -> other.status().orElseThrow().delivered() >= EVENTS);
        faults.accept(failing);
        context.getRouteController().startRoute("a");
    }

    private DtStreamConsumer consumer() {
        return (DtStreamConsumer) context.getRoute("a").getConsumer();
    }

    private static Arguments shape(String name, Shape shape) {
        return Arguments.of(name, shape);
    }

    /** Adds the steps after dt-stream. */
    interface Shape {
        void add(RouteDefinition route, Sink sink);
    }
}
