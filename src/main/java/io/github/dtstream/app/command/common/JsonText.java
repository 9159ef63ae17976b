package io.github.dtstream.app.command.common;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.text.Printable;

/** What a router's answer says, for a table. Stateless. */
public final class JsonText {
    private JsonText() {}

    /** A field on one line, as names, reasons and comments come from outside; a hyphen where there is none. */
    public static String line(JsonNode json, String field) {
        String text = Printable.line(json.path(field).asText());
        return text.isEmpty() ? "-" : text;
    }
}
