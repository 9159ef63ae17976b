package io.github.dtstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.embedded.EmbeddedHiveMQ;
import io.github.dtstream.app.router.LiteralOptions;
import io.github.dtstream.app.router.RouterFixture;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.faultproxy.FreePort;
import io.github.dtstream.file.CrashSafeFileComponent;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped routes of the folder routes/, run by Camel Main with a simulated cloud and a real broker. */
final class ShippedRoutesTest extends CamelMainTestSupport {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static EmbeddedHiveMQ broker;
    private static int brokerPort;

    // Without initialisers: the superclass's constructor asks for the properties, which sets these fields.
    private SimulatedCloud cloud;
    private String device;
    private Path data;
    private Settings settings;

    @BeforeAll
    static void startBroker() throws Exception {
        brokerPort = FreePort.find();
        Path configuration = Files.createDirectories(folder.resolve("broker-conf"));
        Files.writeString(configuration.resolve("config.xml"), """
                <hivemq>
                  <listeners><tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener></listeners>
                  <persistence><mode>in-memory</mode></persistence>
                  <mqtt><queued-messages><max-queue-size>100000</max-queue-size></queued-messages></mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(brokerPort));
        broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(folder.resolve("broker-data")))
                .withExtensionsFolder(Files.createDirectories(folder.resolve("broker-extensions")))
                .build();
        broker.start().get();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @AfterEach
    void stopCloud() {
        cloud.close();
    }

    @Override
    protected void configure(MainConfigurationProperties configuration) {
        configuration.withRoutesIncludePattern("file:routes/*.camel.yaml");
        configuration.addConfiguration(new CamelConfiguration() {
            @Override
            public void configure(CamelContext context) {
                context.addComponent("file", new CrashSafeFileComponent());
                new LiteralOptions(settings.literals()).set(context);
            }
        });
    }

    @Override
    protected Properties useOverridePropertiesWithPropertiesComponent() {
        cloud = startCloud();
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        data = newFolder();
        Properties properties = new Properties();
        settings = Settings.of(Map.of(
                "dt.project-id", cloud.projectId(),
                "dt.service-account-key-id", cloud.account().keyId(),
                "dt.service-account-secret", cloud.account().secret(),
                "dt.service-account-email", cloud.account().email(),
                "dt.api-url", cloud.baseUri().toString(),
                "dt.token-url", cloud.tokenUri().toString(),
                "dt.data-dir", data.toString(),
                "dt.ping-interval", "1s",
                "dt.mqtt-url", "tcp://127.0.0.1:" + brokerPort));
        properties.putAll(settings.forCamel());
        properties.putAll(settings.forRoutes());
        return properties;
    }

    @Test
    void writeEachEventAsAFlatRecordToTheDaysFileAndToItsTopic() throws Exception {
        List<Mqtt5Publish> published = new CopyOnWriteArrayList<>();
        Mqtt5BlockingClient subscriber = subscribe(published);
        await().atMost(PATIENCE).until(() -> cloud.openStreams() == 1);

        SimulatedEvent temperature = cloud.publish(device, "temperature", "{\"value\":21.25}");
        SimulatedEvent touch = cloud.publish(device, "touch", "{}");
        await().atMost(PATIENCE).until(() -> records().size() == 2 && published.size() == 2);

        JsonNode record = records().get(0);
        assertThat(record.fieldNames())
                .toIterable()
                .containsExactly("eventId", "projectId", "deviceId", "eventType", "timestamp", "source", "data");
        assertThat(record.get("eventId").asText()).isEqualTo(temperature.eventId());
        assertThat(record.get("deviceId").asText()).isEqualTo(device);
        assertThat(record.get("source").asText()).isEqualTo("live");
        assertThat(record.at("/data/value").asDouble()).isEqualTo(21.25);
        assertThat(records().get(1).get("eventId").asText()).isEqualTo(touch.eventId());

        Mqtt5Publish message = published.get(0);
        assertThat(message.getTopic()).hasToString("dt/" + cloud.projectId() + "/" + device + "/temperature");
        assertThat(message.isRetain()).isFalse();
        assertThat(new ObjectMapper().readTree(message.getPayloadAsBytes())).isEqualTo(record);
        subscriber.disconnect();
    }

    @Test
    void keepPingsOutOfFilesAndTopics() throws Exception {
        List<Mqtt5Publish> published = new CopyOnWriteArrayList<>();
        Mqtt5BlockingClient subscriber = subscribe(published);
        await().atMost(PATIENCE).until(() -> journal().contains("\"ping\""));
        SimulatedEvent event = cloud.publish(device, "touch", "{}");

        await().atMost(PATIENCE).until(() -> records().size() == 1 && published.size() == 1);

        assertThat(records().get(0).get("eventId").asText()).isEqualTo(event.eventId());
        subscriber.disconnect();
    }

    private static Mqtt5BlockingClient subscribe(List<Mqtt5Publish> published) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(brokerPort)
                .buildBlocking();
        client.toAsync().publishes(MqttGlobalPublishFilter.ALL, published::add);
        client.connect();
        client.subscribeWith().topicFilter("dt/+/+/+").send();
        return client;
    }

    private List<JsonNode> records() throws IOException {
        Path events = data.resolve("events");
        if (!Files.isDirectory(events)) {
            return List.of();
        }
        try (var files = Files.list(events)) {
            ObjectMapper mapper = new ObjectMapper();
            List<JsonNode> records = new CopyOnWriteArrayList<>();
            for (Path file : files.sorted().toList()) {
                for (String line : RouterFixture.lines(file)) {
                    records.add(mapper.readTree(line));
                }
            }
            return records;
        }
    }

    private String journal() throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.walk(data.resolve("journal"))) {
            for (Path file :
                    files.filter(path -> path.getParent().endsWith("segments")).toList()) {
                text.append(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    private static SimulatedCloud startCloud() {
        try {
            return SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        } catch (IOException e) {
            throw new IllegalStateException("the simulated cloud did not start", e);
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(folder, "data");
        } catch (IOException e) {
            throw new IllegalStateException("no folder for the data", e);
        }
    }
}
