package io.github.dtstream.cloud.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Writes query parameters as the API reads lists: with the key repeated, and each value percent-encoded. */
public final class QueryString {
    private QueryString() {}

    /** The query with its leading question mark; empty if there are no parameters. */
    public static String of(Map<String, List<String>> parameters) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        parameters.forEach((key, values) -> values.forEach(value -> query.add(encode(key) + "=" + encode(value))));
        return query.toString();
    }

    /** Percent-encodes everything but unreserved characters; also for path segments. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
