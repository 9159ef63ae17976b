package io.github.dtstream.app.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dtstream.app.command.common.ExampleSettings;
import io.github.dtstream.app.router.routes.RoutesFolder;
import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.route.model.Finding;
import io.github.dtstream.route.testing.CaseResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The shipped routes and alarm rules, and those on the shelf, are valid, and pass their own tests. */
final class ShelfTest {
    private static final String ROUTE = ".camel.yaml";
    private static final String ALARMS = ".alarms.yaml";
    private static final String TEST = ".test.yaml";
    /** Components that are too large to be included here; Camel's catalog has their options. */
    private static final Set<String> ELSEWHERE =
            Set.of("aws2-sqs", "azure-servicebus", "azure-eventhubs", "google-pubsub");

    private static final Map<String, String> DATABASES = Map.of(
            "postgres.url", "jdbc:postgresql://localhost/events", "mysql.url", "jdbc:mariadb://localhost/events");

    private static final Pattern SETTING = Pattern.compile("\\{\\{((?!dt\\.)[a-z.-]+)}}");

    /** With or without a default value. */
    private static final Pattern USED = Pattern.compile("\\{\\{((?!dt\\.)[a-z.-]+)(:[^}]*)?}}");

    @TestFactory
    Stream<DynamicTest> routesDoWhatTheirTestsExpect() throws IOException {
        return Stream.of("routes", "routes/examples")
                .flatMap(folder -> results(Path.of(folder)).stream()
                        .map(result -> DynamicTest.dynamicTest(
                                result.toString().lines().findFirst().orElseThrow(),
                                () -> assertThat(result.passed())
                                        .as(result.toString())
                                        .isTrue())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes", "routes/examples"})
    void eachRouteHasATest(String folder) throws IOException {
        List<String> tested = Stream.of(names(folder, ROUTE), names(folder, ALARMS), names(folder, "alarms.yaml"))
                .flatMap(List::stream)
                // Only the last pattern finds routes/alarms.yaml, and nothing of its name is left then.
                .filter(name -> !name.endsWith("."))
                .map(name -> name.isEmpty() ? "alarms" : name)
                .sorted()
                .toList();

        assertThat(tested).isNotEmpty().isEqualTo(names(folder, TEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"routes", "routes/examples"})
    void nothingIsFoundInThem(String folder) throws IOException {
        Map<String, String> properties = properties();
        properties.putAll(settingsNamedIn(folder));

        assertThat(RoutesFolder.validator().validate(Path.of(folder), properties))
                .filteredOn(finding -> ELSEWHERE.stream()
                        .noneMatch(name -> finding.message().equals("unknown component '" + name + "'")))
                .isEmpty();
    }

    @Test
    void routesFromQueuesOfCloudsUseOptionsThatTheirComponentsHave() throws IOException {
        DefaultCamelCatalog catalog = new DefaultCamelCatalog();
        List<String> found = new ArrayList<>();
        for (String name : names("routes/examples", ROUTE)) {
            String text = Files.readString(Path.of("routes/examples", name + ROUTE));
            Object yaml = new Load(LoadSettings.builder().build()).loadFromString(text);
            JsonNode from = new ObjectMapper().valueToTree(yaml).at("/0/route/from");
            String uri = from.path("uri").asText();
            String scheme = uri.substring(0, Math.max(0, uri.indexOf(':')));
            if (ELSEWHERE.contains(scheme)) {
                found.add(scheme);
                String options = from.path("parameters").properties().stream()
                        .map(option -> option.getKey() + "=" + option.getValue().asText())
                        .collect(Collectors.joining("&"));
                EndpointValidationResult result = catalog.validateEndpointProperties(uri + "?" + options);
                assertThat(result.isSuccess())
                        .as(result.summaryErrorMessage(false))
                        .isTrue();
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(ELSEWHERE);
    }

    @Test
    void aRouteToABrokerSaysThatItNeedsOne(@TempDir Path routes) throws IOException {
        String name = "home-assistant" + ROUTE;
        Files.copy(Path.of("routes/examples", name), routes.resolve(name));
        Map<String, String> properties = new HashMap<>(RoutesFolder.properties(Settings.of(Map.of())));

        assertThat(RoutesFolder.validator().validate(routes, properties))
                .extracting(Finding::message, Finding::hint)
                .containsExactly(tuple(
                        "the property 'dt.mqtt-url' is empty, and the option 'brokerUrl' of dt-mqtt needs a value",
                        "set it in application.properties or as DT_MQTT_URL in the environment"));
    }

    @Test
    void examplesNameTheSettingsTheyNeedInTheFormThatInitReads() throws IOException {
        for (String name : names("routes/examples", ROUTE)) {
            Path file = Path.of("routes/examples", name + ROUTE);
            Set<String> used = new TreeSet<>();
            Matcher setting = USED.matcher(Files.readString(file));
            while (setting.find()) {
                used.add(setting.group(1));
            }
            Set<String> named = new TreeSet<>();
            for (String line : ExampleSettings.of(file)) {
                assertThat(line).as(name).matches("[a-z.-]+=\\S*");
                named.add(line.substring(0, line.indexOf('=')));
            }
            named.removeIf(key -> key.startsWith("dt."));
            assertThat(named).as(name).isEqualTo(used);
        }
    }

    @Test
    void examplesAreShortEnoughToBeReadAtOnce() throws IOException {
        for (String suffix : List.of(ROUTE, ALARMS)) {
            for (String name : names("routes/examples", suffix)) {
                List<String> lines = Files.readAllLines(Path.of("routes/examples", name + suffix));
                // A table with a line for each kind of value needs so many more.
                int most = name.equals("home-assistant") ? 90 : 60;
                assertThat(lines).as(name).hasSizeBetween(5, most);
                assertThat(lines.get(0)).as(name).startsWith("# ");
            }
        }
    }

    private static List<CaseResult> results(Path folder) {
        try {
            return RoutesFolder.tests().run(folder, properties());
        } catch (IOException e) {
            throw new IllegalStateException(folder + " cannot be read", e);
        }
    }

    private static Map<String, String> properties() {
        return new HashMap<>(RoutesFolder.properties(Settings.of(Map.of("dt.mqtt-url", "tcp://localhost:1883"))));
    }

    private static Map<String, String> settingsNamedIn(String folder) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (String name : names(folder, ROUTE)) {
            Matcher setting = SETTING.matcher(Files.readString(Path.of(folder, name + ROUTE)));
            while (setting.find()) {
                String key = setting.group(1);
                settings.put(
                        key,
                        DATABASES.getOrDefault(key, key.endsWith("url") ? "https://localhost/" + name : "some-" + key));
            }
        }
        return settings;
    }

    private static List<String> names(String folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }
}
