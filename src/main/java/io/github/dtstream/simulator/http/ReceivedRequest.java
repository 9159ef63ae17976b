package io.github.dtstream.simulator.http;

import io.github.dtstream.simulator.weather.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that the simulated cloud got.
 *
 * @param target the part of the API that it was for
 * @param uri path and query as sent; the value of {@code token} is hidden
 * @param headers as sent, but for {@code Authorization}, of which only the scheme is kept
 */
public record ReceivedRequest(Target target, Instant at, String method, String uri, Map<String, List<String>> headers) {

    /** The first value of a header; its name with a capital first letter only, as in {@code User-agent}. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
