package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import java.util.List;
import java.util.Map;

/**
 * Authenticated GET requests to the cloud's REST API. Thread-safe.
 *
 * <p>One call is one attempt, except after a 401, when a fresh token is tried once. The caller handles retries and the
 * rate limit.
 */
public interface CloudApi {
    /**
     * Gets a JSON body.
     *
     * @param path the path below the API's base, with each segment safe for a URL: {@code projects/P/devices}
     * @param query parameters in their order; a list is sent as a repeated key, an empty list is not sent
     * @return the body of a 2xx answer, at most 16 MiB
     * @throws CloudException for every other outcome, with the kind of the fault and the minimum delay
     */
    byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException;
}
