package io.github.dtstream.cloud.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Writes query parameters the way the API reads lists: the key repeated, each value percent-encoded. */
public final class QueryString {
    private QueryString() {}

    /** The query with its leading question mark, or nothing where there are no parameters. */
    public static String of(Map<String, List<String>> parameters) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        parameters.forEach((key, values) -> values.forEach(value -> query.add(encode(key) + "=" + encode(value))));
        return query.toString();
    }

    /** Percent-encodes everything but unreserved characters; fit for a path segment too. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
