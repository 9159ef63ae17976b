package io.github.dtstream.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dtstream.web.access.RequestHead;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes requests to resources without a server. */
public final class Requests {
    private Requests() {}

    /** @param query the part after the question mark; null if there is none */
    public static Request get(String path, @Nullable String query) throws HttpProblem {
        return Request.of(new RequestHead("GET", path, false, Map.of(), "127.0.0.1"), query, new byte[0], true);
    }

    /** The JSON of an answer. */
    public static JsonNode json(Answer answer) {
        return ((Answer.Content.Json) answer.content()).json();
    }

    /** All pieces of a streamed answer. */
    public static String text(Answer answer) throws IOException {
        StringBuilder text = new StringBuilder();
        ((Answer.Content.Streamed) answer.content()).writer().writeTo(text::append);
        return text.toString();
    }
}
