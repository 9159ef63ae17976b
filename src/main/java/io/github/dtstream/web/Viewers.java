package io.github.dtstream.web;

import io.github.dtstream.time.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connected viewers of server-sent events: at most a limit of them, and none that receives nothing for too long.
 * Its own methods belong to the event loop.
 */
final class Viewers {
    private static final long RETRY_MILLIS = 2_000;
    private static final long SWEEP_MILLIS = 250;

    private final WebLimits limits;
    private final Ticker ticker;
    private final Set<Connected> all = ConcurrentHashMap.newKeySet();

    /** @param ticker measures how long viewers receive nothing */
    Viewers(WebLimits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    /** Starts the periodic check, on the event loop. */
    void watch(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, timer -> {
            long now = ticker.nanos();
            all.forEach(viewer -> viewer.look(now));
        });
    }

    /** Adds a viewer; empty if the limit is reached. */
    Optional<Connected> take(EventLoop loop, HttpServerRequest request) {
        if (all.size() >= limits.viewers()) {
            return Optional.empty();
        }
        Connected viewer = new Connected(loop, request);
        all.add(viewer);
        return Optional.of(viewer);
    }

    int count() {
        return all.size();
    }

    /** Ends all connections; for any thread. */
    void close() {
        all.forEach(Connected::close);
    }

    private static boolean isOver(long now, long since, Duration limit) {
        return now - since > TimeUnit.MILLISECONDS.toNanos(limit.toMillis());
    }

    /** A connected viewer. */
    final class Connected implements Viewer {
        private final EventLoop loop;
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        /** The number of frames that the event loop has not taken yet. */
        private final AtomicInteger handedOver = new AtomicInteger();
        /** Guarded by this; null once the viewer is gone. */
        private @Nullable List<Runnable> listeners = new ArrayList<>();

        private volatile boolean open = true;
        private volatile boolean full;
        /** Owned by the event loop, as are the fields below. */
        private boolean begun;

        private long lastSent;
        private long fullSince;

        Connected(EventLoop loop, HttpServerRequest request) {
            this.loop = loop;
            this.request = request;
            this.response = request.response();
            response.closeHandler(any -> gone());
            response.exceptionHandler(any -> gone());
        }

        @Override
        public boolean isWritable() {
            return open && !full && handedOver.get() == 0;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void send(byte[] frame) {
            handedOver.incrementAndGet();
            loop.run(() -> {
                handedOver.decrementAndGet();
                begin();
                write(frame);
            });
        }

        /** Begins the answer, if no frame has done so. */
        void start() {
            loop.run(() -> begin());
        }

        /** Removes the viewer, so that another answer can be sent; returns false if the answer has begun. */
        boolean leave() {
            gone();
            return !begun;
        }

        private void begin() {
            if (begun || !open || response.ended() || response.closed()) {
                return;
            }
            begun = true;
            response.setChunked(true);
            response.putHeader("Content-Type", "text/event-stream; charset=utf-8");
            // Without this header nginx would collect frames until its buffer is full.
            response.putHeader("X-Accel-Buffering", "no");
            write(ServerSentEvent.retry(RETRY_MILLIS));
        }

        private void write(byte[] bytes) {
            if (!open || !begun || response.ended() || response.closed()) {
                return;
            }
            response.write(Buffer.buffer(bytes));
            lastSent = ticker.nanos();
            lookWhetherFull(lastSent);
        }

        private void lookWhetherFull(long now) {
            boolean isFull = response.writeQueueFull();
            if (isFull && !full) {
                fullSince = now;
                response.drainHandler(any -> full = false);
            }
            full = isFull;
        }

        private void look(long now) {
            if (response.closed()) {
                gone();
            } else if (begun) {
                lookWhetherFull(now);
                if (full && isOver(now, fullSince, limits.stall())) {
                    request.connection().close();
                    gone();
                } else if (!full && isOver(now, lastSent, limits.comment())) {
                    write(ServerSentEvent.comment());
                }
            }
        }

        @Override
        public void whenClosed(Runnable listener) {
            synchronized (this) {
                if (listeners != null) {
                    listeners.add(listener);
                    return;
                }
            }
            listener.run();
        }

        private void gone() {
            open = false;
            all.remove(this);
            List<Runnable> told;
            synchronized (this) {
                told = listeners == null ? List.of() : listeners;
                listeners = null;
            }
            told.forEach(Runnable::run);
        }

        @Override
        public void close() {
            gone();
            loop.run(() -> {
                if (begun && !response.ended() && !response.closed()) {
                    response.end();
                }
            });
        }
    }
}
