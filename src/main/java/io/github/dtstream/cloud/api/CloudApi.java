package io.github.dtstream.cloud.api;

import io.github.dtstream.cloud.fault.CloudException;
import java.util.List;
import java.util.Map;

/**
 * Authenticated GET requests to the cloud's REST API. Thread-safe.
 *
 * <p>One call is one attempt, but for a 401, after which a fresh token is tried once. Retry and rate limits are the
 * caller's.
 */
public interface CloudApi {
    /**
     * Gets a JSON body.
     *
     * @param path below the API's base, each segment already safe in a URL: {@code projects/P/devices}
     * @param query parameters in their order; a list value is sent as a repeated key; empty lists send nothing
     * @return the body of a 2xx answer, at most 16 MiB
     * @throws CloudException for every other outcome, with the fault's kind and minimum delay
     */
    byte[] get(String path, Map<String, List<String>> query) throws CloudException, InterruptedException;
}
