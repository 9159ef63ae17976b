package io.github.dtstream.web;

import io.github.dtstream.time.Sleeper;
import io.github.dtstream.web.access.AccessSettings;
import io.github.dtstream.web.access.BearerToken;

/**
 * How the server is set up. Immutable.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param isTls whether it encrypts
 * @param access who may ask
 * @param longestRouteBody bytes of a request to a {@code platform-http:} route
 * @param sleeper waits for requests in hand when the server ends
 */
public record WebSettings(
        String host, int port, boolean isTls, AccessSettings access, long longestRouteBody, Sleeper sleeper) {
    /** What a request to a {@code platform-http:} route may have, unless it is set. */
    public static final long ROUTE_BODY = 1024 * 1024;

    static final String LOOPBACK = "127.0.0.1";

    /** On loopback, and all else as usual. */
    public static WebSettings onLoopback(int port, BearerToken token) {
        return new WebSettings(LOOPBACK, port, false, AccessSettings.ofThisMachine(token), ROUTE_BODY, Sleeper.SYSTEM);
    }

    /** Whether this machine's commands need a door of their own, as the other one is encrypted, or on another address. */
    boolean needsDoorForCommands() {
        return isTls || !host.equals(LOOPBACK);
    }
}
