package io.github.dtstream.app.command.common;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.text.Printable;

/** Turns fields of a router's answer into the cells of a table. Stateless. */
public final class JsonText {
    private JsonText() {}

    /**
     * A field's text on one line, as names, reasons and comments come from outside; a hyphen if the field is missing or
     * empty.
     */
    public static String line(JsonNode json, String field) {
        String text = Printable.line(json.path(field).asText());
        return text.isEmpty() ? "-" : text;
    }
}
