package io.github.dtstream.web.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request, as far as it matters who asks. Immutable.
 *
 * @param path decoded, as {@link RequestPath} has it
 * @param isOld whether it is of HTTP/1.0, which knows no {@code Host}
 * @param headers by their names in lower case
 * @param address of the other side's machine
 */
public record RequestHead(
        String method, String path, boolean isOld, Map<String, List<String>> headers, String address) {
    /** A header's first value. */
    public Optional<String> first(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The last one's last value: what the nearest proxy has put there. */
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

    /** Whether it changes nothing. */
    public boolean isReading() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
