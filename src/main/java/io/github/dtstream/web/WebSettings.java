package io.github.dtstream.web;

import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.web.access.AccessSettings;
import io.github.dtstream.web.access.BearerToken;

/**
 * The settings of the server. Immutable.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param isTls whether it uses TLS
 * @param access who may send requests
 * @param longestRouteBody the limit for the body of a request to a {@code platform-http:} route, in bytes
 * @param sleeper waits for current requests when the server ends
 * @param ticker measures how long clients take
 */
public record WebSettings(
        String host,
        int port,
        boolean isTls,
        AccessSettings access,
        long longestRouteBody,
        Sleeper sleeper,
        Ticker ticker) {
    /** The default limit for the body of a request to a {@code platform-http:} route, in bytes. */
    public static final long ROUTE_BODY = 1024 * 1024;

    static final String LOOPBACK = "127.0.0.1";

    /** A server on loopback, with the defaults. */
    public static WebSettings onLoopback(int port, BearerToken token) {
        return new WebSettings(
                LOOPBACK, port, false, AccessSettings.ofThisMachine(token), ROUTE_BODY, Sleeper.SYSTEM, Ticker.SYSTEM);
    }

    /** Whether the commands of this machine need a port of their own, as the other one uses TLS or another address. */
    boolean needsDoorForCommands() {
        return isTls || !host.equals(LOOPBACK);
    }
}
