package io.github.dtstream.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.text.Printable;

/** What a router's answer says, for a table. Stateless. */
final class JsonText {
    private JsonText() {}

    /** A field on one line, as names, reasons and comments come from outside; a hyphen where there is none. */
    static String line(JsonNode json, String field) {
        String text = Printable.line(json.path(field).asText());
        return text.isEmpty() ? "-" : text;
    }
}
