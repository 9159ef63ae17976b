package io.github.dtstream.web;

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
 * Counts connections, and ends those that bring nothing: a request head or body that trickles in does not hold one for longer
 * than a limit. Where too many are open, the one that has been idle for longest makes room. Owned by the event loop, where it
 * looks at all of them a few times a second: a route may set the listeners of its answer to its own.
 */
final class Connections {
    private static final long SWEEP_MILLIS = 250;

    private final WebLimits limits;
    private final Map<HttpConnection, State> open = new HashMap<>();

    /** What a connection is at. */
    private static final class State {
        /** In hand, if there is one. */
        private @Nullable HttpServerRequest request;

        /** Since when it has one, or has none ({@link System#nanoTime}). */
        private long since = System.nanoTime();
        /** When it, or its newest request, began. */
        private long began = since;

        private void at(HttpServerRequest next) {
            request = next;
            since = System.nanoTime();
            began = since;
        }

        private void lookWhetherAnswered() {
            if (request != null
                    && (request.response().ended() || request.response().closed())) {
                request = null;
                since = System.nanoTime();
            }
        }

        private boolean waitsForTheRest() {
            return request != null && !request.isEnded();
        }
    }

    Connections(WebLimits limits) {
        this.limits = limits;
    }

    /** Looks after them from now on, on the event loop. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
    }

    /** A new one; it may be closed at once. */
    void opened(HttpConnection connection) {
        connection.closeHandler(end -> open.remove(connection));
        if (open.size() >= limits.connections()) {
            longestIdle().orElse(connection).close();
        }
        open.put(connection, new State());
    }

    private Optional<HttpConnection> longestIdle() {
        open.values().forEach(State::lookWhetherAnswered);
        return open.entrySet().stream()
                .filter(each -> each.getValue().request == null)
                .min(Comparator.comparing(each -> each.getValue().began))
                .map(Map.Entry::getKey);
    }

    /** A request's head has come in full. */
    void begins(HttpServerRequest request) {
        State state = open.get(request.connection());
        if (state != null) {
            state.at(request);
        }
    }

    /** How many requests are in hand. */
    long busy() {
        open.values().forEach(State::lookWhetherAnswered);
        return open.values().stream().filter(state -> state.request != null).count();
    }

    private void sweep() {
        long now = System.nanoTime();
        List<HttpConnection> tooSlow = new ArrayList<>();
        for (Map.Entry<HttpConnection, State> each : open.entrySet()) {
            State state = each.getValue();
            state.lookWhetherAnswered();
            boolean waits = state.request == null || state.waitsForTheRest();
            Duration limit = state.request == null ? limits.head() : limits.body();
            if (waits && now - state.since > TimeUnit.MILLISECONDS.toNanos(limit.toMillis())) {
                tooSlow.add(each.getKey());
            }
        }
        tooSlow.forEach(HttpConnection::close);
    }
}
