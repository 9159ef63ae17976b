package io.github.dtstream.web;

import io.github.dtstream.web.access.Guard;
import io.github.dtstream.web.access.Lock;
import io.github.dtstream.web.access.Lock.Verdict;
import io.github.dtstream.web.access.Refusal;
import io.github.dtstream.web.access.RequestHead;
import io.github.dtstream.web.access.RequestPath;
import io.github.dtstream.web.access.ResponseHeaders;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads every request past the {@link Guard} and the {@link Lock} to its resource, server-sent events, file, or Camel
 * route. Its methods belong to the event loop, except where noted.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int UNAUTHORIZED = 401;
    private static final Map<String, String> HEADERS = ResponseHeaders.all();

    private final WebLimits limits;
    private final Guard guard;
    private final Lock lock;
    private final Workers workers;
    private final Responder responder;
    private final Viewers viewers;
    private final CamelRoutes routes;
    /** The requests to signed paths that are not answered yet. Owned by the event loop. */
    private final Set<HttpServerRequest> signedInHand = new HashSet<>();

    private final AtomicInteger passwordsWaiting = new AtomicInteger();
    private volatile @Nullable Site site;
    private volatile @Nullable SignedPaths signed;
    private volatile boolean closing;

    /** Makes the answer to a request whose body has been read. */
    private interface Maker {
        Answer make() throws IOException, HttpProblem;
    }

    /** Continues with a request that has been granted. */
    private interface Next {
        void go(Asked asked) throws IOException, HttpProblem;
    }

    /**
     * A request that is being handled.
     *
     * @param isTrusted whether the client may see everything
     */
    private record Asked(EventLoop loop, HttpServerRequest request, RequestHead head, boolean isTrusted) {
        Request read(byte[] body) throws HttpProblem {
            return Request.of(head, request.query(), body, isTrusted);
        }
    }

    Dispatcher(WebLimits limits, Guard guard, Lock lock, Workers workers, Responder responder, Viewers viewers) {
        this.limits = limits;
        this.guard = guard;
        this.lock = lock;
        this.workers = workers;
        this.responder = responder;
        this.viewers = viewers;
        this.routes = new CamelRoutes(this::notFound, this::tooLong);
    }

    /** The server of {@code platform-http:} routes; for any thread. */
    CamelRoutes routes() {
        return routes;
    }

    /** Sets the site that is served from now on; for any thread. */
    void serve(Site next) {
        site = next;
    }

    /** Sets the paths that are admitted by signature from now on; for any thread. */
    void admit(SignedPaths next) {
        signed = next;
    }

    /** Refuses new requests from now on; for any thread. */
    void close() {
        closing = true;
    }

    /** Handles input that is not an HTTP request. */
    void receiveMalformed(HttpServerRequest request) {
        HEADERS.forEach(request.response()::putHeader);
        request.response()
                .setStatusCode(400)
                .putHeader("Connection", "close")
                .end()
                .onComplete(any -> request.connection().close());
    }

    /** Handles a request whose head has arrived. */
    void receive(HttpServerRequest request) {
        EventLoop loop = EventLoop.current();
        HEADERS.forEach(request.response()::putHeader);
        try {
            RequestHead head = head(request);
            SignedPaths bySignature = signed;
            if (bySignature != null && bySignature.cover(head.path())) {
                open(request);
                admitSigned(request, head, bySignature);
                return;
            }
            guard.check(head);
            Site now = open(request);
            find(new Asked(loop, request, head, lock.trustsAll()), now);
        } catch (Refusal e) {
            refuse(loop, request, problem(e));
        } catch (HttpProblem e) {
            refuse(loop, request, e);
        } catch (IOException | RuntimeException e) {
            answer(workers.usual(), loop, request, () -> failure(request, e));
        }
    }

    /** Checks the signature before the body is read. */
    private void admitSigned(HttpServerRequest request, RequestHead head, SignedPaths paths) throws HttpProblem {
        if (!head.method().equals("POST")) {
            request.response().putHeader("Allow", "POST");
            throw new HttpProblem(405, "this takes POST");
        }
        paths.check().check(head::first);
        signedInHand.removeIf(each -> each.response().ended() || each.response().closed());
        if (signedInHand.size() >= paths.inHand()) {
            request.response().putHeader("Retry-After", "1");
            paths.check().refused(429);
            throw new HttpProblem(429, paths.inHand() + " requests are in hand, which is the limit; send it again");
        }
        signedInHand.add(request);
        routes.handle(request);
    }

    private void tooLong(HttpServerRequest request) {
        SignedPaths bySignature = signed;
        if (bySignature != null && bySignature.cover(String.valueOf(request.path()))) {
            bySignature.check().refused(413);
        }
    }

    /** Returns the site, unless the server is still starting or already stopping. */
    private Site open(HttpServerRequest request) throws HttpProblem {
        Site now = site;
        if (closing || now == null) {
            throw notNow(request);
        }
        return now;
    }

    private HttpProblem notNow(HttpServerRequest request) {
        if (closing) {
            return new HttpProblem(503, "the router is stopping");
        }
        // A browser that has the address early repeats the request automatically.
        request.response().putHeader("Refresh", "1").putHeader("Retry-After", "1");
        return new HttpProblem(503, "the router is starting; ask again");
    }

    private static RequestHead head(HttpServerRequest request) throws Refusal {
        Map<String, List<String>> headers = new HashMap<>();
        request.headers()
                .forEach((name, value) -> headers.computeIfAbsent(
                                name.toLowerCase(Locale.ROOT), any -> new ArrayList<>())
                        .add(value));
        return new RequestHead(
                request.method().name(),
                RequestPath.of(request.uri()),
                request.version() == HttpVersion.HTTP_1_0,
                headers,
                request.remoteAddress().hostAddress());
    }

    private void find(Asked asked, Site now) throws IOException, HttpProblem {
        RequestHead head = asked.head();
        Optional<EventStreamResource> events = now.events(head.path());
        Optional<Resource> resource = now.resource(head.path());
        if (events.isPresent()) {
            let(lock.isNeeded(head), asked, known -> {
                requireMethod(known, "GET, HEAD", head.isReading());
                join(known, events.get());
            });
        } else if (resource.isPresent()) {
            Optional<Resource.Handler> handler = resource.get().handler(head.method());
            // Whoever may read learns without a token that a method is not allowed.
            boolean needed = resource.get().access() != Resource.Access.OPEN_PROBE
                    && lock.isNeeded(head)
                    && (handler.isPresent() || !lock.trustsAll());
            let(needed, asked, known -> {
                requireMethod(known, resource.get().allowed(), handler.isPresent());
                readAndAnswer(known, resource.get(), handler.get());
            });
        } else {
            let(lock.isNeededForRoute(head), asked, known -> routes.handle(known.request()));
        }
    }

    /** Continues if no credentials are needed, or if the right ones were sent. */
    private void let(boolean needed, Asked asked, Next next) throws IOException, HttpProblem {
        Verdict verdict = lock.look(asked.head());
        if (!needed || verdict == Verdict.GRANTED) {
            boolean isTrusted = asked.isTrusted() || verdict == Verdict.GRANTED;
            next.go(new Asked(asked.loop(), asked.request(), asked.head(), isTrusted));
            return;
        }
        if (verdict == Verdict.REFUSED) {
            askForPassword(asked);
            throw problem(lock.refusal());
        }
        checkPassword(asked, next);
    }

    private void checkPassword(Asked asked, Next next) throws HttpProblem {
        HttpServerRequest request = asked.request();
        EventLoop loop = asked.loop();
        if (passwordsWaiting.get() >= limits.passwords()) {
            throw new HttpProblem(429, "too many passwords are being checked; try again in a moment");
        }
        passwordsWaiting.incrementAndGet();
        request.pause();
        run(workers.passwords(), request, () -> {
            passwordsWaiting.decrementAndGet();
            try {
                lock.check(asked.head());
                loop.run(() -> {
                    request.resume();
                    go(new Asked(loop, request, asked.head(), true), next);
                });
            } catch (Refusal e) {
                loop.run(() -> {
                    request.resume();
                    if (e.status() == UNAUTHORIZED) {
                        askForPassword(asked);
                    }
                    refuse(loop, request, problem(e));
                });
            }
        });
    }

    private void go(Asked asked, Next next) {
        try {
            next.go(asked);
        } catch (HttpProblem e) {
            refuse(asked.loop(), asked.request(), e);
        } catch (IOException | RuntimeException e) {
            answer(workers.usual(), asked.loop(), asked.request(), () -> failure(asked.request(), e));
        }
    }

    private void askForPassword(Asked asked) {
        if (lock.isToAsk(asked.head())) {
            asked.request()
                    .response()
                    .putHeader("WWW-Authenticate", "Basic realm=\"dt-stream-router\", charset=\"UTF-8\"");
        }
    }

    private static void requireMethod(Asked asked, String allowed, boolean is) throws HttpProblem {
        if (!is) {
            asked.request().response().putHeader("Allow", allowed);
            throw new HttpProblem(405, "this takes " + allowed);
        }
    }

    private void notFound(HttpServerRequest request) {
        Site now = site;
        String paths = now == null ? "none" : now.paths();
        refuse(EventLoop.current(), request, new HttpProblem(404, "there is nothing at this path; there are " + paths));
    }

    private void readAndAnswer(Asked asked, Resource resource, Resource.Handler handler) {
        HttpServerRequest request = asked.request();
        Buffer body = Buffer.buffer();
        if (request.headers().contains("Expect", "100-continue", true)) {
            request.response().writeContinue();
        }
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
                ScheduledExecutorService threads = resource.isProbe() ? workers.probes() : workers.usual();
                answer(threads, asked.loop(), request, () -> handler.handle(asked.read(body.getBytes())));
            }
        });
    }

    private void join(Asked asked, EventStreamResource events) throws HttpProblem {
        HttpServerRequest request = asked.request();
        EventLoop loop = asked.loop();
        if (asked.head().method().equals("HEAD")) {
            answer(workers.usual(), loop, request, () -> Answer.text(200, "text/event-stream; charset=utf-8", ""));
            return;
        }
        Viewers.Connected viewer = viewers.take(loop, request)
                .orElseThrow(() -> new HttpProblem(
                        503, limits.viewers() + " viewers are connected, which is the limit; close a page elsewhere"));
        run(workers.usual(), request, () -> {
            try {
                events.audience().joined(viewer, asked.read(new byte[0]));
                viewer.start();
            } catch (HttpProblem e) {
                refuse(asked, viewer, problem(e));
            } catch (RuntimeException e) {
                refuse(asked, viewer, failure(request, e));
            }
        });
    }

    private void refuse(Asked asked, Viewers.Connected viewer, Answer answer) {
        asked.loop().run(() -> {
            if (viewer.leave()) {
                answer(workers.usual(), asked.loop(), asked.request(), () -> answer);
            } else {
                asked.request().connection().close();
            }
        });
    }

    private void refuse(EventLoop loop, HttpServerRequest request, HttpProblem e) {
        answer(workers.usual(), loop, request, () -> {
            throw e;
        });
    }

    private void answer(ScheduledExecutorService threads, EventLoop loop, HttpServerRequest request, Maker maker) {
        run(threads, request, () -> {
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
    }

    private static void run(ScheduledExecutorService threads, HttpServerRequest request, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            // The server is stopping.
            request.connection().close();
        }
    }

    private static HttpProblem problem(Refusal e) {
        return new HttpProblem(e.status(), String.valueOf(e.getMessage()));
    }

    private static Answer problem(HttpProblem e) {
        return Answer.error(e.status(), String.valueOf(e.getMessage()));
    }

    private static Answer failure(HttpServerRequest request, Exception e) {
        LOG.error("{} cannot be answered", request.path(), e);
        return Answer.error(500, "this cannot be answered because of an error in the router: " + e);
    }

    private void send(EventLoop loop, HttpServerRequest request, Answer answer) {
        if (answer.content() instanceof Answer.Content.Streamed) {
            run(workers.downloads(), request, () -> sendNow(loop, request, answer));
        } else {
            sendNow(loop, request, answer);
        }
    }

    private void sendNow(EventLoop loop, HttpServerRequest request, Answer answer) {
        try {
            responder.send(loop, request, answer);
        } catch (IOException e) {
            LOG.debug("the client did not receive all of {}: {}", request.path(), e.toString());
        } catch (RuntimeException e) {
            LOG.error("{} cannot be answered", request.path(), e);
            loop.run(() -> request.connection().close());
        }
    }
}
