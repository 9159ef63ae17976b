package io.github.dtstream.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.camel.alarm.DtAlarmComponent;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.SimulatorSettings;
import io.github.dtstream.simulator.device.DeviceType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The Kamelets run, and have the form of Camel's own, which Kaoto and Kubernetes require. */
final class KameletsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private SimulatedCloud cloud;
    private String device;

    @BeforeEach
    void startCloud() throws IOException {
        cloud = SimulatedCloud.start(SimulatorSettings.defaults(), Clock.systemUTC(), new Random(1));
        device = cloud.addDevices(1, DeviceType.TEMPERATURE).get(0);
        SimulatedAccount.set(context.getComponent("dt-stream", DtStreamComponent.class), cloud, folder);
    }

    @AfterEach
    void stopAll() {
        context.stop();
        cloud.close();
    }

    private void start(String... uris) throws Exception {
        for (String uri : uris) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri).process(exchange -> received.add(exchange.getMessage()));
                }
            });
        }
        context.start();
        await().atMost(PATIENCE).until(() -> cloud.openStreams() > 0);
    }

    @Test
    void theSourceGivesEachEventAndNoPing() throws Exception {
        start("kamelet:dt-stream-source?projectId=" + cloud.projectId() + "&subscriber=a");

        cloud.publish(device, "temperature", "{\"value\":21.5}");

        await().atMost(PATIENCE).until(() -> !received.isEmpty());
        assertThat(received.get(0).getHeader("DtDeviceId")).isEqualTo(device);
        assertThat(JSON.readTree(received.get(0).getBody(String.class))
                        .at("/data/temperature/value")
                        .asDouble())
                .isEqualTo(21.5);
        assertThat(received).noneMatch(message -> "ping".equals(message.getHeader("DtEventType")));
    }

    @Test
    void theSourceTakesTheTypesThatItIsToldTo() throws Exception {
        start("kamelet:dt-stream-source?projectId=" + cloud.projectId() + "&subscriber=a&eventTypes=touch");

        cloud.publish(device, "temperature", "{\"value\":21.5}");
        cloud.publish(device, "touch", "{}");

        await().atMost(PATIENCE).until(() -> !received.isEmpty());
        assertThat(received)
                .extracting(message -> message.getHeader("DtEventType"))
                .containsExactly("touch");
    }

    @Test
    void theAlarmSourceGivesWhatRulesRaise() throws Exception {
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"),
                "alarms:\n- {alarm: too-warm, value: temperature, raise: {above: 20}, severity: critical}\n");
        context.getComponent("dt-alarm", DtAlarmComponent.class).setRulesFile("file:" + rules);
        start("kamelet:dt-alarm-source?projectId=" + cloud.projectId() + "&subscriber=a&severity=critical");

        await().atMost(PATIENCE).until(() -> {
            cloud.publish(device, "temperature", "{\"value\":21.5}");
            return !received.isEmpty();
        });

        assertThat(received.get(0).getHeader("DtAlarmRule")).isEqualTo("too-warm");
        assertThat(received.get(0).getHeader("DtAlarmText", String.class)).isNotBlank();
    }

    @Test
    void whatTheSinkAppendsReachesTheSource() throws Exception {
        start("kamelet:dt-stream-source?projectId=" + cloud.projectId() + "&subscriber=a");
        String event = "{\"eventId\":\"c3fq6vjp4e8g00a1b2c9\",\"targetName\":\"projects/" + cloud.projectId()
                + "/devices/" + device + "\",\"eventType\":\"touch\",\"data\":{\"touch\":{\"updateTime\":"
                + "\"2026-01-01T00:00:00Z\"}},\"timestamp\":\"2026-01-01T00:00:00Z\"}";

        context.createProducerTemplate().sendBody("kamelet:dt-stream-sink?projectId=" + cloud.projectId(), event);

        await().atMost(PATIENCE)
                .until(() -> received.stream()
                        .anyMatch(message -> "c3fq6vjp4e8g00a1b2c9".equals(message.getHeader("DtEventId"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dt-stream-source", "dt-alarm-source", "dt-stream-sink"})
    void itsFormIsThatOfCamelsOwnKamelets(String name) throws Exception {
        JsonNode kamelet = kamelet(name);
        Set<String> known = new TreeSet<>();
        for (JsonNode other : camelsOwn()) {
            collect("", other, known::add);
        }
        Set<String> keys = new TreeSet<>();
        collect("", kamelet, keys::add);

        assertThat(keys).as("keys that Camel's Kamelets have, too").isSubsetOf(known);
        assertThat(kamelet.at("/metadata/name").asText()).isEqualTo(name);
        JsonNode annotations = kamelet.at("/metadata/annotations");
        for (String annotation : List.of("kamelet.icon", "kamelet.group", "kamelet.namespace", "provider")) {
            assertThat(annotations.path("camel.apache.org/" + annotation).asText())
                    .as(annotation)
                    .isNotBlank();
        }
        assertThat(name)
                .endsWith("-"
                        + kamelet.at("/metadata/labels")
                                .path("camel.apache.org/kamelet.type")
                                .asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dt-stream-source", "dt-alarm-source", "dt-stream-sink"})
    void itsDefinitionSaysWhatEachOfItsPropertiesIs(String name) throws Exception {
        JsonNode definition = kamelet(name).at("/spec/definition");
        Set<String> properties = new TreeSet<>();
        definition.path("properties").fieldNames().forEachRemaining(properties::add);

        definition.path("properties").forEach(property -> {
            assertThat(property.path("title").asText()).isNotBlank();
            assertThat(property.path("description").asText()).endsWith(".");
            assertThat(property.path("type").asText()).isIn("string", "boolean");
        });
        definition.path("required").forEach(required -> assertThat(properties).contains(required.asText()));
        String template = kamelet(name).at("/spec/template").toString();
        // A property that is neither required nor has a default may be absent, so its placeholder needs a question
        // mark.
        definition.path("properties").properties().forEach(property -> {
            boolean isThere = property.getValue().has("default")
                    || definition.path("required").toString().contains("\"" + property.getKey() + "\"");
            assertThat(template).contains((isThere ? "{{" : "{{?") + property.getKey() + "}}");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dt-stream-source", "dt-alarm-source", "dt-stream-sink"})
    void itsIconIsAPictureAndItsDependencyThisVersion(String name) throws Exception {
        JsonNode kamelet = kamelet(name);
        String icon = kamelet.at("/metadata/annotations")
                .path("camel.apache.org/kamelet.icon")
                .asText();
        String prefix = "data:image/svg+xml;base64,";

        assertThat(icon).startsWith(prefix);
        byte[] picture = Base64.getDecoder().decode(icon.substring(prefix.length()));
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(picture))
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        assertThat(kamelet.at("/spec/dependencies/0").asText())
                .startsWith("mvn:io.github.dtstream:dt-stream-router:")
                .doesNotContain("$");
    }

    private static JsonNode kamelet(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(KameletsTest.class.getResourceAsStream("/kamelets/" + name + ".kamelet.yaml"))) {
            return yaml(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static List<JsonNode> camelsOwn() throws IOException, URISyntaxException {
        URI one = Objects.requireNonNull(KameletsTest.class.getResource("/kamelets/log-sink.kamelet.yaml"))
                .toURI();
        try (FileSystem jar = FileSystems.newFileSystem(one, Map.of());
                Stream<Path> files = Files.list(jar.getPath("/kamelets"))) {
            return files.filter(file -> file.toString().endsWith(".kamelet.yaml"))
                    .map(KameletsTest::read)
                    .toList();
        }
    }

    private static JsonNode read(Path file) {
        try {
            return yaml(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Collects the paths of keys, except for names of properties, which are free, and the template, which is Camel's
     * language.
     */
    private static void collect(String path, JsonNode node, Consumer<String> keys) {
        if (path.startsWith("/spec/template/")) {
            return;
        }
        node.properties().forEach(property -> {
            boolean isOwn = path.equals("/spec/definition/properties");
            String below = path + "/" + (isOwn ? "*" : property.getKey());
            keys.accept(below);
            collect(below, property.getValue(), keys);
        });
    }
}
