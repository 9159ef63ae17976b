package io.github.dtstream.simulator.http;

import io.github.dtstream.simulator.weather.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the simulated cloud.
 *
 * @param target the part of the API
 * @param uri path and query as sent, with the value of {@code token} masked
 * @param headers the headers as sent; of {@code Authorization} only the scheme
 */
public record ReceivedRequest(Target target, Instant at, String method, String uri, Map<String, List<String>> headers) {

    /** The first value of a header; only the first letter of its name is a capital, as in {@code User-agent}. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
