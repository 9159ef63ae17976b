package io.github.dtstream.web;

import io.github.dtstream.text.Masking;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.Supervisor;
import io.github.dtstream.web.access.Guard;
import io.github.dtstream.web.access.Lock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP server: for the page, health, metrics and commands, and for the {@code platform-http:} routes of users.
 * It starts in the background while the rest starts; a request before there is a {@link Site} is answered 503 with
 * {@code Retry-After}. One event loop takes requests and sends answers. Worker threads make the answers; probes and
 * long answers have threads of their own, so that slow clients delay nobody. Thread-safe.
 */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final int SEND_BUFFER = 128 * 1024;
    private static final long PATIENCE_SECONDS = 30;
    private static final long END_SECONDS = 5;
    private static final long LOOK_MILLIS = 50;

    /** How many requests to signed paths are handled at once. */
    private static final int SIGNED_IN_HAND = 16;

    private static final Duration LOOK_AT_FILE = Duration.ofSeconds(10);

    private final WebSettings settings;
    private final Connections connections;
    private final Viewers viewers;
    private final Workers workers;
    private final Dispatcher dispatcher;
    private final CompletableFuture<Listening> listening = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private final @Nullable ServerCertificates certificates;

    /** @param commands the server for commands of this machine; it may be the same */
    private record Listening(Vertx vertx, EventLoop loop, HttpServer server, HttpServer commands) {}

    private WebServer(
            WebSettings settings,
            @Nullable ServerCertificates certificates,
            WebLimits limits,
            Masking masking,
            Supervisor supervisor) {
        this.settings = settings;
        this.certificates = certificates;
        this.connections = new Connections(limits, settings.ticker());
        this.viewers = new Viewers(limits, settings.ticker());
        this.workers = Workers.of(supervisor);
        Lock lock = new Lock(settings.access(), settings.ticker()::nanos);
        this.dispatcher = new Dispatcher(
                limits, new Guard(settings.access()), lock, workers, new Responder(masking, limits), viewers);
    }

    /**
     * Begins to start in the background; {@link #awaitListening} waits for that.
     *
     * @param masking masks secrets in answers
     * @param supervisor makes the threads
     */
    public static WebServer open(WebSettings settings, Masking masking, Supervisor supervisor) {
        return open(settings, null, WebLimits.usual(), masking, supervisor);
    }

    /** The same with TLS, with the certificates of a Camel context ({@code camel.ssl.*}). */
    public static WebServer openEncrypted(
            WebSettings settings, CamelContext certificates, Masking masking, Supervisor supervisor) {
        return open(
                settings, new ServerCertificates(certificates, LOOK_AT_FILE), WebLimits.usual(), masking, supervisor);
    }

    static WebServer open(
            WebSettings settings,
            @Nullable ServerCertificates certificates,
            WebLimits limits,
            Masking masking,
            Supervisor supervisor) {
        WebServer server = new WebServer(settings, certificates, limits, masking, supervisor);
        supervisor
                .thread("http-start", "nothing is answered by HTTP", AfterFailure.RESTART, server::start)
                .start();
        return server;
    }

    private void start() {
        try {
            Vertx vertx = Vertx.vertx(vertxOptions());
            vertx.exceptionHandler(e -> LOG.error("a request failed", e));
            HttpServerOptions options = serverOptions();
            if (certificates != null) {
                certificates.use(options);
            }
            EventLoop loop = new EventLoop(vertx.getOrCreateContext());
            loop.run(() -> listen(vertx, loop, options));
        } catch (Exception | LinkageError e) {
            listening.completeExceptionally(e);
        }
    }

    private void listen(Vertx vertx, EventLoop loop, HttpServerOptions options) {
        connections.watch(vertx);
        viewers.watch(vertx);
        HttpServer server = server(vertx, options);
        HttpServer commands = settings.needsDoorForCommands() ? server(vertx, serverOptions()) : server;
        server.listen(settings.port(), settings.host())
                .compose(open ->
                        commands == server ? Future.succeededFuture(open) : commands.listen(0, WebSettings.LOOPBACK))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        if (certificates != null) {
                            certificates.watch(workers.usual());
                        }
                        listening.complete(new Listening(vertx, loop, server, commands));
                    } else {
                        vertx.close();
                        listening.completeExceptionally(result.cause());
                    }
                });
    }

    private HttpServer server(Vertx vertx, HttpServerOptions options) {
        return vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .requestHandler(this::receive)
                .invalidRequestHandler(dispatcher::receiveMalformed)
                .exceptionHandler(e -> LOG.debug("a connection failed", e));
    }

    private void receive(HttpServerRequest request) {
        connections.begins(request);
        dispatcher.receive(request);
    }

    private static VertxOptions vertxOptions() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                // As many as pushes that wait for the disk may hold, and some for other routes.
                .setWorkerPoolSize(SIGNED_IN_HAND + 4)
                .setInternalBlockingPoolSize(2)
                // A route may take long, as it has a worker thread.
                .setMaxWorkerExecuteTime(1)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.HOURS)
                .setBlockedThreadCheckInterval(TimeUnit.SECONDS.toMillis(10))
                // A process that was suspended finds its threads blocked, and a stack trace in the log tells nobody
                // anything then.
                .setWarningExceptionTime(Long.MAX_VALUE)
                // Otherwise Vert.x would create a cache folder that is never used.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
    }

    private static HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                // Bounds what the kernel holds for a dead client, and so the time until the server notices it.
                .setSendBufferSize(SEND_BUFFER)
                .setMaxHeaderSize(16 * 1024)
                .setMaxInitialLineLength(8 * 1024)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    /**
     * Waits until the server listens.
     *
     * @throws IOException if it cannot listen, or does not within 30 s; the message says why
     */
    public void awaitListening() throws IOException {
        started();
    }

    private Listening started() throws IOException {
        try {
            return listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BindException) {
                throw new IOException(
                        "port " + settings.port() + " of " + settings.host() + " is not free: "
                                + e.getCause().getMessage(),
                        e.getCause());
            }
            throw new IOException("the HTTP server does not start: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the HTTP server does not start within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the router is stopping").initCause(e);
        }
    }

    /**
     * Serves {@code platform-http:} routes of a context. The first route that starts waits until the server listens.
     */
    public void serveRoutesOf(CamelContext context) {
        dispatcher.routes().bind(context, () -> {
            try {
                Listening now = started();
                return new CamelRoutes.Place(now.vertx(), now.server().actualPort(), settings.longestRouteBody());
            } catch (IOException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    /**
     * Admits requests to {@code platform-http:} routes by signature from now on; see {@link SignedPaths}.
     *
     * @param under the prefix of their paths, with a slash at its end
     */
    public void admitSigned(String under, SignedPaths.Check check) {
        dispatcher.admit(new SignedPaths(under, SIGNED_IN_HAND, check));
    }

    /** Sets the site that is served from now on. */
    public void serve(Site site) {
        dispatcher.serve(site);
    }

    /** The port that it listens on. */
    public int port() throws IOException {
        return started().server().actualPort();
    }

    /** The port on which it answers commands of this machine, at 127.0.0.1 and without TLS. */
    public int portForCommands() throws IOException {
        return started().commands().actualPort();
    }

    /** The URL of the server. */
    public URI address() throws IOException {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return URI.create((settings.isTls() ? "https://" : "http://") + host + ":" + port() + "/");
    }

    /** The number of viewers of server-sent events. */
    public int viewers() {
        return viewers.count();
    }

    /** Refuses new requests, waits a few seconds for the current ones, and ends. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        dispatcher.close();
        viewers.close();
        try {
            Listening now = listening.get(END_SECONDS, TimeUnit.SECONDS);
            long end = settings.ticker().nanos() + TimeUnit.SECONDS.toNanos(END_SECONDS);
            while (busy(now.loop()) > 0 && settings.ticker().nanos() - end < 0) {
                settings.sleeper().sleep(Duration.ofMillis(LOOK_MILLIS));
            }
            CompletableFuture<Void> ended = new CompletableFuture<>();
            now.vertx().close().onComplete(any -> ended.complete(null));
            ended.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("the HTTP server did not end in time");
        } catch (ExecutionException e) {
            LOG.debug("the HTTP server had not started", e);
        } finally {
            workers.end();
        }
    }

    private long busy(EventLoop loop) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Long> busy = new CompletableFuture<>();
        loop.run(() -> busy.complete(connections.busy()));
        return busy.get(END_SECONDS, TimeUnit.SECONDS);
    }
}
