package io.github.dtstream.route.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EditorSchemaTest {
    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void knowsTheOptionsOfOurEndpoints() throws IOException {
        JsonNode definitions = mapper.readTree(EditorSchema.text()).at("/items/definitions");
        JsonNode source = definitions.path("org.apache.camel.model.FromDefinition");
        JsonNode sink = definitions.at("/org.apache.camel.model.ToDefinition/oneOf/1");

        JsonNode stream = optionsOf(source, "dt-stream");
        assertThat(stream.at("/properties/maxBatchSize/default").asInt()).isEqualTo(500);
        assertThat(stream.at("/properties/subscriber/description").asText()).isNotEmpty();
        assertThat(stream.at("/properties/format/anyOf/0/enum")).hasSize(2);
        assertThat(stream.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(optionsOf(sink, "dt-mqtt").at("/properties").has("brokerUrl"))
                .isTrue();
        assertThat(optionsOf(sink, "file").at("/properties").has("appendChars")).isTrue();
    }

    @Test
    void saysThatItIsOfADraftThatHasConditions() throws IOException {
        assertThat(mapper.readTree(EditorSchema.text()).path("$schema").asText())
                .contains("draft-07");
    }

    @Test
    void offersNoSinksAsSourcesNorSourcesAsSinks() throws IOException {
        JsonNode definitions = mapper.readTree(EditorSchema.text()).at("/items/definitions");

        assertThat(optionsOf(definitions.path("org.apache.camel.model.FromDefinition"), "dt-mqtt"))
                .isEmpty();
        assertThat(optionsOf(definitions.at("/org.apache.camel.model.ToDefinition/oneOf/1"), "dt-alarm"))
                .isEmpty();
        assertThat(optionsOf(definitions.at("/org.apache.camel.model.ToDefinition/oneOf/1"), "dt-stream")
                        .at("/properties")
                        .has("subscriber"))
                .isFalse();
        assertThat(optionsOf(definitions.path("org.apache.camel.model.FromDefinition"), "file")
                        .at("/properties")
                        .has("appendChars"))
                .isFalse();
    }

    @Test
    void givesCatalogEntriesToToolsThatTakeThose() throws IOException {
        JsonNode entries = mapper.readTree(EditorSchema.catalogText(Set.of("dt-stream", "dt-mqtt")));

        assertThat(entries)
                .extracting(entry -> entry.at("/component/scheme").asText())
                .containsExactly("dt-mqtt", "dt-stream");
    }

    private static JsonNode optionsOf(JsonNode schema, String scheme) {
        for (JsonNode choice : schema.path("allOf")) {
            if (choice.at("/if/properties/uri/pattern").asText().equals("^" + scheme + "(:|$)")) {
                return choice.at("/then/properties/parameters");
            }
        }
        return schema.path("none");
    }
}
