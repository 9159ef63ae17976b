package io.github.dtstream.web.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a request's head that decide about access. Immutable.
 *
 * @param path the path, decoded by {@link RequestPath}
 * @param isOld whether it is HTTP/1.0, which does not need {@code Host}
 * @param headers the headers, by their names in lower case
 * @param address the IP address of the client or proxy
 */
public record RequestHead(
        String method, String path, boolean isOld, Map<String, List<String>> headers, String address) {
    /** A header's first value. */
    public Optional<String> first(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The last value of the last header of that name, which the nearest proxy has added. */
    Optional<String> last(String name) {
        List<String> all = headers.getOrDefault(name, List.of());
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String line = all.get(all.size() - 1);
        return Optional.of(line.substring(line.lastIndexOf(',') + 1).strip());
    }

    boolean has(String name) {
        return headers.containsKey(name);
    }

    /** Whether its method is GET or HEAD, which change nothing. */
    public boolean isReading() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
