package io.github.dtstream.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what answers a request: a resource, server-sent events, a file, a route of Camel's. Its methods belong to the event loop. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final WebSettings settings;
    private final WebLimits limits;
    private final Workers workers;
    private final Responder responder;
    private final Viewers viewers;
    private final CamelRoutes routes;
    private volatile @Nullable Site site;
    private volatile boolean closing;

    /** Makes the answer to a request that has been read. */
    private interface Maker {
        Answer make() throws IOException, HttpProblem;
    }

    Dispatcher(WebSettings settings, WebLimits limits, Workers workers, Responder responder, Viewers viewers) {
        this.settings = settings;
        this.limits = limits;
        this.workers = workers;
        this.responder = responder;
        this.viewers = viewers;
        this.routes = new CamelRoutes(this::notFound);
    }

    /** Where {@code platform-http:} routes hang; for any thread. */
    CamelRoutes routes() {
        return routes;
    }

    /** What there is to ask for from now on; for any thread. */
    void serve(Site next) {
        site = next;
    }

    /** Answers no more that it has not begun with; for any thread. */
    void close() {
        closing = true;
    }

    /** A request's head has come. */
    void receive(HttpServerRequest request) {
        EventLoop loop = EventLoop.current();
        try {
            String path = RequestPath.of(request.uri());
            Site now = site;
            if (closing || now == null) {
                throw new HttpProblem(503, closing ? "the router is stopping" : "the router is starting; ask again");
            }
            find(loop, request, path, now);
        } catch (HttpProblem e) {
            answer(workers.usual(), loop, request, () -> {
                throw e;
            });
        } catch (IOException | RuntimeException e) {
            answer(workers.usual(), loop, request, () -> failure(request, e));
        }
    }

    private void find(EventLoop loop, HttpServerRequest request, String path, Site now)
            throws IOException, HttpProblem {
        Optional<EventStreamResource> events = now.events(path);
        if (events.isPresent()) {
            requireMethod(request, "GET, HEAD", isReading(request));
            join(loop, request, path, events.get());
            return;
        }
        Optional<Resource> resource = now.resource(path);
        if (resource.isPresent()) {
            Optional<Resource.Handler> handler =
                    resource.get().handler(request.method().name());
            requireMethod(request, resource.get().allowed(), handler.isPresent());
            if (!isReading(request)
                    && !settings.token().isIn(Optional.ofNullable(request.getHeader("Authorization")))) {
                throw settings.token().missing();
            }
            readAndAnswer(loop, request, path, resource.get(), handler.get());
            return;
        }
        routes.handle(request);
    }

    private static boolean isReading(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private static void requireMethod(HttpServerRequest request, String allowed, boolean is) throws HttpProblem {
        if (!is) {
            request.response().putHeader("Allow", allowed);
            throw new HttpProblem(405, "this takes " + allowed);
        }
    }

    private void notFound(HttpServerRequest request) {
        Site now = site;
        String paths = now == null ? "none" : now.paths();
        answer(
                workers.usual(),
                EventLoop.current(),
                request,
                () -> Answer.error(404, "there is nothing at this path; there are " + paths));
    }

    private void readAndAnswer(
            EventLoop loop, HttpServerRequest request, String path, Resource resource, Resource.Handler handler) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= limits.longestBody()) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                request.response().setStatusCode(413).putHeader("Connection", "close");
                request.response().end().onComplete(any -> request.connection().close());
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                ScheduledExecutorService threads =
                        resource.access() == Resource.Access.PROBE ? workers.probes() : workers.usual();
                answer(threads, loop, request, () -> handler.handle(read(request, path, body.getBytes())));
            }
        });
    }

    private static Request read(HttpServerRequest request, String path, byte[] body) throws HttpProblem {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return Request.of(isReading(request) ? "GET" : request.method().name(), path, request.query(), headers, body);
    }

    private void join(EventLoop loop, HttpServerRequest request, String path, EventStreamResource events)
            throws HttpProblem {
        if (request.method().equals(HttpMethod.HEAD)) {
            answer(workers.usual(), loop, request, () -> Answer.text(200, "text/event-stream; charset=utf-8", ""));
            return;
        }
        Viewers.Connected viewer = viewers.take(loop, request)
                .orElseThrow(() -> new HttpProblem(
                        503, limits.viewers() + " viewers are connected, which is the limit; close a page elsewhere"));
        workers.usual().execute(() -> {
            try {
                events.audience().joined(viewer, read(request, path, new byte[0]));
                viewer.start();
            } catch (HttpProblem e) {
                refuse(loop, request, viewer, problem(e));
            } catch (RuntimeException e) {
                refuse(loop, request, viewer, failure(request, e));
            }
        });
    }

    private void refuse(EventLoop loop, HttpServerRequest request, Viewers.Connected viewer, Answer answer) {
        loop.run(() -> {
            if (viewer.leave()) {
                answer(workers.usual(), loop, request, () -> answer);
            } else {
                request.connection().close();
            }
        });
    }

    private void answer(ScheduledExecutorService threads, EventLoop loop, HttpServerRequest request, Maker maker) {
        try {
            threads.execute(() -> {
                Answer answer;
                try {
                    answer = maker.make();
                } catch (HttpProblem e) {
                    answer = problem(e);
                } catch (IOException | RuntimeException e) {
                    answer = failure(request, e);
                }
                send(loop, request, answer);
            });
        } catch (RejectedExecutionException e) {
            request.connection().close();
        }
    }

    private static Answer problem(HttpProblem e) {
        return Answer.error(e.status(), String.valueOf(e.getMessage()));
    }

    private static Answer failure(HttpServerRequest request, Exception e) {
        LOG.error("{} cannot be answered", request.path(), e);
        return Answer.error(500, "this cannot be answered, which is a mistake of ours: " + e);
    }

    private void send(EventLoop loop, HttpServerRequest request, Answer answer) {
        if (answer.content() instanceof Answer.Content.Streamed) {
            workers.downloads().execute(() -> sendNow(loop, request, answer));
        } else {
            sendNow(loop, request, answer);
        }
    }

    private void sendNow(EventLoop loop, HttpServerRequest request, Answer answer) {
        try {
            responder.send(loop, request, answer);
        } catch (IOException e) {
            LOG.debug("{} was not taken to its end: {}", request.path(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("{} cannot be answered", request.path(), e);
            loop.run(() -> request.connection().close());
        }
    }
}
