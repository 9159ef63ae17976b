package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.github.dtstream.mqtt.Subscriber;
import io.github.dtstream.proof.Broker;
import io.github.dtstream.simulator.SimulatedCloud;
import io.github.dtstream.simulator.device.DeviceType;
import io.github.dtstream.simulator.device.SimulatedEvent.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shelf's route for Home Assistant with the shipped one for MQTT, and a real broker: the messages that a new
 * subscriber finds.
 */
final class HomeAssistantTest {
    private static final String DISCOVERY = "home-assistant-discovery.json";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private SimulatedCloud cloud;
    private Broker broker;
    private String device;

    @BeforeEach
    void startCloudAndBroker() throws Exception {
        cloud = RouterFixture.cloud();
        device = cloud.addDevices(1, DeviceType.CO2).get(0);
        broker = Broker.start(Files.createDirectories(folder.resolve("broker")));
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.copy(Path.of("routes/events-to-mqtt.camel.yaml"), routes.resolve("events-to-mqtt.camel.yaml"));
        Files.copy(Path.of("routes/examples/home-assistant.camel.yaml"), routes.resolve("home-assistant.camel.yaml"));
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
        cloud.close();
    }

    private RouterFixture router() throws Exception {
        return router("data");
    }

    private RouterFixture router(String data) throws Exception {
        RouterFixture router = RouterFixture.start(
                folder,
                cloud,
                Map.of(
                        "dt.mqtt-url",
                        "tcp://127.0.0.1:" + broker.port(),
                        "dt.mqtt-last-value",
                        "true",
                        "dt.data-dir",
                        folder.resolve(data).toString()));
        router.awaitLive();
        return router;
    }

    /** The retained messages of a broker, by topic. */
    private Map<String, String> retained(String filter) throws Exception {
        Map<String, String> found = new TreeMap<>();
        try (Subscriber subscriber = Subscriber.to(broker.port(), filter)) {
            // a busy broker is quiet, too, before it has sent anything: it answers this after the retained messages
            subscriber.awaitEcho(filter.replace("#", "echo").replace("+", "echo"));
            await().atMost(PATIENCE).until(() -> isQuiet(subscriber));
            for (Mqtt5Publish message : subscriber.received()) {
                if (message.isRetain()) {
                    found.put(message.getTopic().toString(), Subscriber.text(message));
                }
            }
        }
        return found;
    }

    private static boolean isQuiet(Subscriber subscriber) throws InterruptedException {
        int before = subscriber.received().size();
        Thread.sleep(300);
        return subscriber.received().size() == before;
    }

    private static Set<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode discovery() throws Exception {
        try (InputStream in = HomeAssistantTest.class.getResourceAsStream(DISCOVERY)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** What Home Assistant would refuse in a message, or warn of. */
    private static List<String> findings(JsonNode of, String platform, JsonNode config) {
        List<String> findings = new ArrayList<>();
        Set<String> keys = names(config);
        Set<String> allowed = texts(of.at("/everyPlatform/allowed"));
        allowed.addAll(texts(of.path("platforms").path(platform)));
        keys.stream().filter(key -> !allowed.contains(key)).forEach(key -> findings.add("unknown " + key));
        texts(of.at("/everyPlatform/required")).stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> findings.add("no " + key));
        texts(of.at("/everyPlatform/needed to be kept and configured")).stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> findings.add("no " + key));
        findings.addAll(unknown("device", texts(of.at("/device/allowed")), config));
        findings.addAll(unknown("origin", texts(of.at("/origin/allowed")), config));
        if (!config.at("/device/identifiers").isArray()
                || config.at("/origin/name").asText().isEmpty()) {
            findings.add("no identifiers, or no name of the origin");
        }
        if (config.has("entity_category")
                && !texts(of.path("entityCategories"))
                        .contains(config.path("entity_category").asText())) {
            findings.add("entity_category of a sensor");
        }
        String deviceClass = config.path("device_class").asText();
        if (platform.equals("binary_sensor")) {
            if (!deviceClass.isEmpty() && !texts(of.path("binarySensorClasses")).contains(deviceClass)) {
                findings.add("unknown device_class " + deviceClass);
            }
        } else {
            findings.addAll(classFindings(of, deviceClass, config));
        }
        return findings;
    }

    private static List<String> classFindings(JsonNode of, String deviceClass, JsonNode config) {
        List<String> findings = new ArrayList<>();
        String unit = config.path("unit_of_measurement").asText();
        String stateClass = config.path("state_class").asText();
        if (!stateClass.isEmpty() && !texts(of.path("stateClasses")).contains(stateClass)) {
            findings.add("unknown state_class " + stateClass);
        }
        if (config.has("options") != deviceClass.equals("enum")) {
            findings.add("options without enum, or the other way round");
        }
        if (deviceClass.isEmpty()) {
            return findings;
        }
        JsonNode known = of.path("sensorClasses").path(deviceClass);
        if (known.isMissingNode()) {
            findings.add("unknown device_class " + deviceClass);
        } else if (!(unit.isEmpty()
                ? known.path("units").isEmpty()
                : texts(known.path("units")).contains(unit))) {
            findings.add(deviceClass + " in '" + unit + "'");
        } else if (!stateClass.isEmpty() && !texts(known.path("stateClasses")).contains(stateClass)) {
            findings.add(deviceClass + " as " + stateClass);
        }
        return findings;
    }

    private static List<String> unknown(String what, Set<String> allowed, JsonNode config) {
        return names(config.path(what)).stream()
                .filter(key -> !allowed.contains(key))
                .map(key -> "unknown " + what + "." + key)
                .toList();
    }

    @Test
    void announcesEveryEventTypeAsHomeAssistantTakesItWithAValueThatIsThereAfterItsRestart() throws Exception {
        JsonNode of = discovery();
        Map<String, String> announced;
        Map<String, String> values;
        try (RouterFixture router = router()) {
            EventTypes.DATA.forEach((type, data) -> cloud.publish(device, type, data));
            announced = await().atMost(PATIENCE).until(() -> retained("homeassistant/#"), found -> found.size() >= 21);
            values = await().atMost(PATIENCE)
                    .until(() -> retained("dt/+/+/+/last"), found -> found.size() >= EventTypes.DATA.size());
            awaitState("online");
        }

        Set<String> types = new TreeSet<>();
        Set<String> identifiers = new TreeSet<>();
        for (Map.Entry<String, String> message : announced.entrySet()) {
            String[] topic = message.getKey().split("/");
            JsonNode config = RouterFixture.parse(message.getValue());
            assertThat(topic).as(message.getKey()).hasSize(5).endsWith("config");
            assertThat(findings(of, topic[1], config)).as(message.toString()).isEmpty();
            assertThat(values).containsKey(config.path("state_topic").asText());
            assertThat(config.path("value_template").asText())
                    .as(message.toString())
                    .startsWith("{{ value_json.")
                    .endsWith(" }}");
            types.add(config.path("state_topic").asText().split("/")[3]);
            identifiers.add(config.path("unique_id").asText());
        }
        assertThat(types).isEqualTo(new TreeSet<>(EventTypes.DATA.keySet()));
        assertThat(identifiers).hasSameSizeAs(announced.keySet());
        awaitState("offline");
    }

    private void awaitState(String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(retained("dt/+/state"))
                        .containsEntry("dt/home-assistant-" + cloud.projectId() + "/state", state));
    }

    private void awaitRetained(String filter, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(retained(filter)).hasSize(count));
    }

    @Test
    void hasTheNewestValueForOneThatStartsAfterAnOldOneCameLate() throws Exception {
        String last = "dt/" + cloud.projectId() + "/" + device + "/contact/last";
        String late = "dt/" + cloud.projectId() + "/" + device + "/contact/late";
        try (RouterFixture router = router();
                Subscriber subscriber = Subscriber.to(broker.port(), late)) {
            Instant now = Instant.now();
            cloud.publish(device, "contact", "{\"state\":\"CLOSED\"}", now, Origin.LIVE);
            await().atMost(PATIENCE).until(() -> retained(last).size() == 1);
            cloud.publish(device, "contact", "{\"state\":\"OPEN\"}", now.minusSeconds(3600), Origin.LATE);
            await().atMost(PATIENCE).until(() -> subscriber.received().size() == 1);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(retained(last).get(last)).contains("\"state\":\"CLOSED\""));
        }
    }

    private String lastValues(String of) {
        return "dt/" + cloud.projectId() + "/" + of + "/+/last";
    }

    /** The names under which a device is announced. */
    private Set<String> names(String of) throws Exception {
        Set<String> names = new TreeSet<>();
        for (String config : retained("homeassistant/+/" + of + "/+/config").values()) {
            names.add(RouterFixture.parse(config).at("/device/name").asText());
        }
        return names;
    }

    @Test
    void announcesADeviceThatIsRenamedAtOnceUnderItsNewNameWithAllItsValues() throws Exception {
        cloud.publish(device, "co2", "{\"ppm\":500}");
        cloud.publish(device, "batteryStatus", "{\"percentage\":90}");
        try (RouterFixture router = router()) {
            await().atMost(PATIENCE)
                    .until(() ->
                            retained("homeassistant/+/" + device + "/+/config").size() == 2);
            cloud.rename(device, "Meeting room");

            await().atMost(PATIENCE).until(() -> names(device).equals(Set.of("Meeting room")));
            awaitRetained("homeassistant/+/" + device + "/+/config", 2);
        }
    }

    @Test
    void forgetsADeviceThatLeftWhileTheRouterWasDownAlsoWhereACrashCameBetween() throws Exception {
        String stays = cloud.addDevices(2, DeviceType.TEMPERATURE).get(0);
        try (RouterFixture router = router()) {
            cloud.publish(device, "co2", "{\"ppm\":500}");
            cloud.publish(device, "batteryStatus", "{\"percentage\":90}");
            cloud.publish(stays, "temperature", "{\"value\":4.5}");
            await().atMost(PATIENCE).until(() -> retained("dt/+/+/+/last").size() == 3);
            await().atMost(PATIENCE).until(() -> retained("homeassistant/#").size() == 3);
        }
        broker.stop();
        cloud.removeDevice(device);
        try (RouterFixture router = router()) {
            await().atMost(PATIENCE)
                    .until(() -> cloud.latestRequests().stream()
                                    .filter(request -> request.uri().endsWith("/projects/-/devices/" + device))
                                    .count()
                            >= 2);
            copyData("crashed");
        }
        broker.start();
        awaitRetained("homeassistant/#", 3);

        try (Subscriber subscriber = Subscriber.to(broker.port(), "dt/+/+/deviceRemoved");
                RouterFixture router = router("crashed")) {
            await().atMost(PATIENCE)
                    .until(() -> retained(lastValues(device)).isEmpty()
                            && retained("homeassistant/+/" + device + "/+/config")
                                    .isEmpty());
            await().atMost(PATIENCE).until(() -> !subscriber.received().isEmpty());
        }
        awaitRetained(lastValues(stays), 1);
        awaitRetained("homeassistant/#", 1);
    }

    /** Copies the data as a crash would leave it: cursors first, so that none is ahead of its journal. */
    private void copyData(String to) throws Exception {
        Path from = folder.resolve("data");
        try (Stream<Path> files = Files.walk(from)) {
            Comparator<Path> cursorsFirst =
                    Comparator.comparing(file -> !file.toString().contains("/cursors/"));
            for (Path file :
                    files.filter(Files::isRegularFile).sorted(cursorsFirst).toList()) {
                Path copy = folder.resolve(to).resolve(from.relativize(file).toString());
                if (!file.getFileName().toString().equals("lock")
                        && !file.getFileName().toString().startsWith("management.")) {
                    Files.createDirectories(copy.getParent());
                    copyIfThere(file, copy);
                }
            }
        }
    }

    /** The router runs, and replaces files meanwhile. */
    private static void copyIfThere(Path file, Path copy) throws IOException {
        try {
            Files.copy(file, copy);
        } catch (NoSuchFileException e) {
            // It was only the next form of another file.
        }
    }

    @Test
    void isNotToldAgainOfADeviceThatLeftByWhatComesLateOfIt() throws Exception {
        String other = cloud.addDevices(2, DeviceType.TEMPERATURE).get(0);
        Instant before = Instant.now();
        try (RouterFixture router = router()) {
            cloud.publish(device, "co2", "{\"ppm\":500}");
            await().atMost(PATIENCE).until(() -> retained(lastValues(device)).size() == 1);
            await().atMost(PATIENCE)
                    .until(() ->
                            retained("homeassistant/+/" + device + "/+/config").size() == 1);
        }
        cloud.removeDevice(device);
        try (RouterFixture router = router()) {
            await().atMost(PATIENCE)
                    .until(() -> retained(lastValues(device)).isEmpty()
                            && retained("homeassistant/+/" + device + "/+/config")
                                    .isEmpty());
            cloud.publishRaw(lateEvent(before));
            cloud.publish(other, "temperature", "{\"value\":4.5}");
            await().atMost(PATIENCE).until(() -> retained(lastValues(other)).size() == 1);
            await().atMost(PATIENCE)
                    .until(() ->
                            retained("homeassistant/+/" + other + "/+/config").size() == 1);

            assertThat(retained(lastValues(device))).isEmpty();
            assertThat(retained("homeassistant/+/" + device + "/+/config")).isEmpty();
        }
    }

    private String lateEvent(Instant time) {
        return "{\"result\":{\"event\":{\"eventId\":\"late1\",\"targetName\":\"projects/" + cloud.projectId()
                + "/devices/"
                + device + "\",\"eventType\":\"co2\",\"data\":{\"co2\":{\"ppm\":600,\"updateTime\":\"" + time
                + "\"}},\"timestamp\":\"" + time + "\"}}}";
    }
}
