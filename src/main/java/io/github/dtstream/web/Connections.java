package io.github.dtstream.web;

import io.github.dtstream.time.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits connections, and closes those whose request head or body takes too long. If too many are open, it closes the
 * one that has been idle longest. It checks all connections a few times a second instead of listening to responses, as
 * a Camel route may replace the listeners. Owned by the event loop.
 */
final class Connections {
    private static final long SWEEP_MILLIS = 250;

    private final WebLimits limits;
    private final Ticker ticker;
    private final Map<HttpConnection, State> open = new HashMap<>();

    /** The state of a connection. */
    private static final class State {
        /** The current request; null if there is none. */
        private @Nullable HttpServerRequest request;

        /** Since when there is, or is not, a current request, by the ticker. */
        private long since;
        /** When the connection, or its newest request, began. */
        private long began;

        private State(long now) {
            since = now;
            began = now;
        }

        private void at(HttpServerRequest next, long now) {
            request = next;
            since = now;
            began = now;
        }

        private void lookWhetherAnswered(long now) {
            if (request != null
                    && (request.response().ended() || request.response().closed())) {
                request = null;
                since = now;
            }
        }

        private boolean waitsForTheRest() {
            return request != null && !request.isEnded();
        }
    }

    /** @param ticker measures how long clients take */
    Connections(WebLimits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    /** Starts the periodic check, on the event loop. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    }

    /** Notes a new connection, which may be closed at once. */
    void opened(HttpConnection connection) {
        connection.closeHandler(end -> open.remove(connection));
        if (open.size() >= limits.connections()) {
            longestIdle().orElse(connection).close();
        }
        open.put(connection, new State(ticker.nanos()));
    }

    private void lookWhetherAnswered(long now) {
        open.values().forEach(state -> state.lookWhetherAnswered(now));
    }

    private Optional<HttpConnection> longestIdle() {
        long now = ticker.nanos();
        lookWhetherAnswered(now);
        return open.entrySet().stream()
                .filter(each -> each.getValue().request == null)
                .max(Comparator.comparing(each -> now - each.getValue().began))
                .map(Map.Entry::getKey);
    }

    /** Notes that the head of a request has arrived completely. */
    void begins(HttpServerRequest request) {
        State state = open.get(request.connection());
        if (state != null) {
            state.at(request, ticker.nanos());
        }
    }

    /** How many requests are not answered yet. */
    long busy() {
        lookWhetherAnswered(ticker.nanos());
        return open.values().stream().filter(state -> state.request != null).count();
    }

    private void sweep() {
        long now = ticker.nanos();
        List<HttpConnection> tooSlow = new ArrayList<>();
        for (Map.Entry<HttpConnection, State> each : open.entrySet()) {
            State state = each.getValue();
            state.lookWhetherAnswered(now);
            boolean waits = state.request == null || state.waitsForTheRest();
            Duration limit = state.request == null ? limits.head() : limits.body();
            if (waits && now - state.since > TimeUnit.MILLISECONDS.toNanos(limit.toMillis())) {
                tooSlow.add(each.getKey());
            }
        }
        tooSlow.forEach(HttpConnection::close);
    }
}
