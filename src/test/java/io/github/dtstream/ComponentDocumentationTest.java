package io.github.dtstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The components' pages agree with their catalog files, which are generated from the code. */
final class ComponentDocumentationTest {
    /** The option that contains the other options. */
    private static final String OPTIONS_THEMSELVES = "configuration";
    /** Options of every component, which our pages leave out. */
    private static final Set<String> CAMELS_OWN =
            Set.of("autowiredEnabled", "healthCheckConsumerEnabled", "healthCheckProducerEnabled");

    @ParameterizedTest
    @CsvSource({"dt-stream,camel", "dt-mqtt,mqtt", "dt-alarm,camel/alarm"})
    void everyOptionStandsInThePage(String scheme, String folder) throws IOException {
        JsonNode catalog = catalog(scheme, folder);
        Map<String, List<String>> rows = rows(scheme);

        catalog.path("properties").properties().forEach(option -> {
            if (option.getValue().path("kind").asText().equals("parameter")) {
                check(option.getKey(), option.getValue(), rows);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"dt-stream,camel", "dt-alarm,camel/alarm"})
    void everyComponentOptionStandsInThePage(String scheme, String folder) throws IOException {
        Map<String, List<String>> rows = rows(scheme);

        catalog(scheme, folder).path("componentProperties").properties().forEach(option -> {
            if (!option.getKey().equals(OPTIONS_THEMSELVES) && !CAMELS_OWN.contains(option.getKey())) {
                check(option.getKey(), option.getValue(), rows);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"dt-stream,camel", "dt-mqtt,mqtt", "dt-alarm,camel/alarm"})
    void everyHeaderStandsInThePage(String scheme, String folder) throws IOException {
        Map<String, List<String>> rows = rows(scheme);

        catalog(scheme, folder)
                .path("headers")
                .properties()
                .forEach(header -> assertThat(rows).as("headers of " + scheme).containsKey(header.getKey()));
    }

    @ParameterizedTest
    @CsvSource({"dt-stream,camel", "dt-mqtt,mqtt", "dt-alarm,camel/alarm"})
    void thePageNamesNoOptionThatThereIsNot(String scheme, String folder) throws IOException {
        JsonNode catalog = catalog(scheme, folder);

        rows(scheme).forEach((name, cells) -> {
            if (cells.size() == 5) {
                String option = name.replace("userProperty.NAME", "userProperties");
                assertThat(catalog.path("properties").has(option)
                                || catalog.path("componentProperties").has(option))
                        .as(name)
                        .isTrue();
            }
        });
    }

    private static void check(String name, JsonNode option, Map<String, List<String>> rows) {
        String shown = name.equals("userProperties") ? "userProperty.NAME" : name;
        assertThat(rows).containsKey(shown);
        List<String> cells = rows.get(shown);
        String defaultValue = option.path("defaultValue").asText("");
        assertThat(cells.get(2))
                .as("default of " + name)
                .isEqualTo(defaultValue.isEmpty() ? "" : "`" + defaultValue + "`");
        if (option.path("type").asText().equals("duration")) {
            assertThat(cells.get(3)).as("unit of " + name).isEqualTo("ms");
        }
        assertThat(cells.get(4))
                .as("meaning of " + name)
                .startsWith(option.path("description").asText());
    }

    private static JsonNode catalog(String scheme, String folder) throws IOException {
        String resource = "/META-INF/io/github/dtstream/" + folder + "/" + scheme + ".json";
        try (InputStream in = ComponentDocumentationTest.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** The cells of the tables' rows, by the name in the first. */
    private static Map<String, List<String>> rows(String scheme) throws IOException {
        Map<String, List<String>> rows = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("src/main/docs", scheme + "-component.adoc"))) {
            if (line.startsWith("| `")) {
                List<String> cells = Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList();
                rows.put(cells.get(0).replace("`", ""), cells);
            }
        }
        return rows;
    }
}
