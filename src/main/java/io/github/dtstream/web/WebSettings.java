package io.github.dtstream.web;

import io.github.dtstream.time.Sleeper;

/**
 * How the server is set up.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param token of those who may change something
 * @param longestRouteBody bytes of a request to a {@code platform-http:} route
 * @param sleeper waits for requests in hand when the server ends
 */
public record WebSettings(String host, int port, BearerToken token, long longestRouteBody, Sleeper sleeper) {
    private static final long MEGABYTE = 1024 * 1024;

    /** On loopback, and all else as usual. */
    public static WebSettings onLoopback(int port, BearerToken token) {
        return new WebSettings("127.0.0.1", port, token, MEGABYTE, Sleeper.SYSTEM);
    }
}
