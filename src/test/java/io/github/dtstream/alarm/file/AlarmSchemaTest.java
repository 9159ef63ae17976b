package io.github.dtstream.alarm.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys and values that an editor offers are those that the reader accepts. */
class AlarmSchemaTest {
    private final ObjectMapper mapper = new ObjectMapper();

    private JsonNode rule() throws Exception {
        return mapper.readTree(AlarmSchema.text()).at("/properties/alarms/items");
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.path("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void offersTheKeysThatTheReaderTakes() throws Exception {
        assertThat(keys(rule())).containsExactlyInAnyOrderElementsOf(RuleReader.KEYS);
        assertThat(keys(rule().at("/properties/devices"))).containsExactlyInAnyOrderElementsOf(Selectors.KEYS);
        assertThat(keys(rule().at("/properties/raise")))
                .containsAll(Comparisons.KEYS)
                .contains("for");
        assertThat(keys(rule().at("/properties/excursion")))
                .contains("total", "within")
                .doesNotContain("for");
        assertThat(rule().path("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void saysOfEachKeyWhatItMeans() throws Exception {
        for (JsonNode key : rule().path("properties")) {
            assertThat(key.path("description").asText()).as("%s", key).isNotEmpty();
        }
    }

    @Test
    void offersQuantitiesTypesAndStates() throws Exception {
        assertThat(rule().at("/properties/value/anyOf/0/enum").toString()).contains("\"probe wire\"", "\"co2\"");
        assertThat(rule().at("/properties/value/anyOf/1/properties/contact").toString())
                .contains("OPEN");
        assertThat(rule().at("/properties/devices/properties/type").toString()).contains("waterDetector");
    }
}
