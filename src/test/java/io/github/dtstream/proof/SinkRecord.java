package io.github.dtstream.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A record in the form of the shipped routes: a line of a file, or the payload of a message. */
record SinkRecord(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEFORE_ID = "{\"eventId\":\"";

    /** @throws JsonProcessingException if it is not a complete JSON object */
    static SinkRecord parse(String text) throws JsonProcessingException {
        return new SinkRecord(JSON.readTree(text));
    }

    /** The event's identifier, without parsing the rest; the text itself if it does not look like a record. */
    static String identifier(String text) {
        int end = text.startsWith(BEFORE_ID) ? text.indexOf('"', BEFORE_ID.length()) : -1;
        return end < 0 ? text : text.substring(BEFORE_ID.length(), end);
    }

    /** The identifier of the event in a record of the journal. */
    static String identifierIn(String record) {
        return record.replaceFirst(".*?\"eventId\":\"([^\"]+)\".*", "$1");
    }

    /** The topic on which the shipped route publishes a record; the text itself if it is not a record. */
    static String topicOf(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return "dt/" + json.path("projectId").asText() + "/"
                    + json.path("deviceId").asText() + "/"
                    + json.path("eventType").asText();
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    String eventId() {
        return json.path("eventId").asText();
    }

    String deviceId() {
        return json.path("deviceId").asText();
    }

    boolean isLive() {
        return json.path("source").asText().equals("live");
    }

    boolean isFromHistory() {
        return json.path("source").asText().equals("history");
    }
}
