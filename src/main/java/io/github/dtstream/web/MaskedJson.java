package io.github.dtstream.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.dtstream.text.Masking;

/** Masks secrets in the texts of JSON. Stateless. */
public final class MaskedJson {
    private MaskedJson() {}

    /** A copy whose texts are masked; names of fields are not. */
    public static JsonNode of(JsonNode node, Masking masking) {
        if (node.isTextual()) {
            return TextNode.valueOf(masking.mask(node.asText()));
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), of(field.getValue(), masking)));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> array.add(of(element, masking)));
            return array;
        }
        return node;
    }
}
