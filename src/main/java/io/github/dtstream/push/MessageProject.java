package io.github.dtstream.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the project of a message by its first event. Errors in the message are left to {@link MessageReader}, which
 * reads all of it. Pure.
 */
public final class MessageProject {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TARGET = "targetName";
    private static final Pattern PROJECT = Pattern.compile("projects/([^/]+).*", Pattern.DOTALL);

    private MessageProject() {}

    /**
     * The project that the first event names; empty if none is found.
     *
     * @param parts texts of JSON in UTF-8
     */
    public static Optional<String> of(List<byte[]> parts) {
        return parts.stream().flatMap(part -> of(part).stream()).findFirst();
    }

    private static Optional<String> of(byte[] part) {
        try (JsonParser parser = JSON.createParser(part)) {
            JsonToken token;
            while ((token = parser.nextToken()) != null) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("data")) {
                    // Data of a sensor may have members of any name.
                    parser.nextToken();
                    parser.skipChildren();
                } else if (token == JsonToken.VALUE_STRING && TARGET.equals(parser.currentName())) {
                    Matcher project = PROJECT.matcher(parser.getText());
                    return project.matches() ? Optional.of(project.group(1)) : Optional.empty();
                }
            }
        } catch (IOException e) {
            // The text is not JSON, or incomplete.
        }
        return Optional.empty();
    }
}
