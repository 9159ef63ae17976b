package io.github.dtstream.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the message for people in the body of an HTTP error. Stateless. */
final class ServerWords {
    /** Only the beginning of a body is searched. */
    private static final int LOOKED_AT = 16 * 1024;

    /**
     * The fields of the message: those of InfluxDB, Slack, Google, RFC 9457, OAuth 2, Elasticsearch and most others.
     */
    private static final List<String> PLACES = List.of(
            "/error/message",
            "/message",
            "/error/reason",
            "/error_description",
            "/detail",
            "/errors/0/message",
            "/error",
            "/title",
            "/reason");

    private static final Pattern TITLE =
            Pattern.compile("<title[^>]*>(.*?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern TAGS = Pattern.compile("<[^>]*>");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ServerWords() {}

    /** The message in one line; empty text if there is none. */
    static String of(@Nullable String body) {
        if (body == null || body.isBlank()) {
            return "";
        }
        String text = body.length() > LOOKED_AT ? body.substring(0, LOOKED_AT) : body;
        String begin = text.stripLeading();
        if (begin.startsWith("{") || begin.startsWith("[")) {
            text = ofJson(text);
        } else if (begin.startsWith("<")) {
            text = ofPage(text);
        }
        return BLANKS.matcher(text).replaceAll(" ").strip();
    }

    private static String ofJson(String text) {
        try {
            JsonNode body = MAPPER.readTree(text);
            return PLACES.stream()
                    .map(body::at)
                    .filter(place -> place.isTextual() && !place.asText().isBlank())
                    .map(JsonNode::asText)
                    .findFirst()
                    .orElse(text);
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static String ofPage(String text) {
        Matcher title = TITLE.matcher(text);
        if (title.find() && !title.group(1).isBlank()) {
            return "a page with the title '" + title.group(1).strip() + "'";
        }
        return text.toLowerCase(Locale.ROOT).contains("<html")
                ? "a page without a title"
                : TAGS.matcher(text).replaceAll(" ");
    }
}
