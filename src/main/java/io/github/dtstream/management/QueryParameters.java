package io.github.dtstream.management;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what follows the question mark of a request. Stateless. */
final class QueryParameters {
    private QueryParameters() {}

    /**
     * The parameters by their names; what has no name or no equals sign is left out.
     *
     * @param query as it was sent; null if there is none
     */
    static Map<String, String> of(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String one : query == null ? new String[0] : query.split("&")) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        one.substring(0, equals), URLDecoder.decode(one.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
