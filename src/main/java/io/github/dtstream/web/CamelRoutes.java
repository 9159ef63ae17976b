package io.github.dtstream.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Camel's {@code platform-http:} routes. The router for their paths is made when the first of them starts, as
 * most installations have none. Camel's own server is not used, as it would listen without guard and lock. Thread-safe.
 */
final class CamelRoutes {
    /** The name under which Camel looks for a router if it knows no port. */
    private static final String NAME = VertxPlatformHttpRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO;

    private static final Logger LOG = LoggerFactory.getLogger(CamelRoutes.class);

    private final Consumer<HttpServerRequest> otherwise;
    private final Consumer<HttpServerRequest> tooLong;
    private volatile @Nullable VertxPlatformHttpRouter router;

    /** What the routes need of the server. */
    record Place(Vertx vertx, int port, long longestBody) {}

    /**
     * @param otherwise answers where no route does
     * @param tooLong gets each request whose body is too long
     */
    CamelRoutes(Consumer<HttpServerRequest> otherwise, Consumer<HttpServerRequest> tooLong) {
        this.otherwise = otherwise;
        this.tooLong = tooLong;
    }

    void bind(CamelContext context, Supplier<Place> place) {
        context.getRegistry().bind(NAME, VertxPlatformHttpRouter.class, () -> router(place));
        context.getRegistry()
                .bind("dt-http-server", VertxPlatformHttpServerConfiguration.class, () -> configuration(place.get()));
    }

    private static VertxPlatformHttpServerConfiguration configuration(Place place) {
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindPort(place.port());
        return configuration;
    }

    private synchronized VertxPlatformHttpRouter router(Supplier<Place> place) {
        VertxPlatformHttpRouter made = router;
        if (made == null) {
            Place at = place.get();
            Router routes = Router.router(at.vertx());
            // Without this a body that is too long is an error in the log.
            routes.errorHandler(413, routing -> {
                tooLong.accept(routing.request());
                routing.response().setStatusCode(413).end();
            });
            routes.errorHandler(500, CamelRoutes::failed);
            routes.errorHandler(404, routing -> otherwise.accept(routing.request()));
            made = new CamelRouter(at.vertx(), routes, at.longestBody());
            router = made;
        }
        return made;
    }

    private static void failed(RoutingContext routing) {
        if (routing.failure() instanceof HttpClosedException) {
            LOG.debug("the client closed its request to {}", routing.request().path());
            return;
        }
        LOG.error("{} cannot be answered", routing.request().path(), routing.failure());
        if (!routing.response().ended()) {
            routing.response().setStatusCode(500).end();
        }
    }

    /** Hands a request to the routes, or to {@code otherwise}. On the event loop. */
    void handle(HttpServerRequest request) {
        VertxPlatformHttpRouter routes = router;
        if (routes == null) {
            otherwise.accept(request);
        } else {
            routes.handle(request);
        }
    }

    /** Camel's own router class, without Camel's own server, which its constructor would take. */
    private static final class CamelRouter extends VertxPlatformHttpRouter {
        private final long longestBody;

        @SuppressWarnings("NullAway") // Camel itself asks whether there is a server
        CamelRouter(Vertx vertx, Router routes, long longestBody) {
            super(null, vertx, routes, NAME);
            this.longestBody = longestBody;
        }

        @Override
        public Handler<RoutingContext> bodyHandler() {
            BodyHandler handler = BodyHandler.create(false).setBodyLimit(longestBody);
            return routing -> {
                routing.request().resume();
                handler.handle(routing);
            };
        }
    }
}
