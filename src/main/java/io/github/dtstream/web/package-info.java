/**
 * The HTTP server: one port, with the same checks before every request, also before the {@code platform-http:} routes
 * of users. Other packages give it a {@link io.github.dtstream.web.Site}: resources, server-sent events, the page's
 * files. None of these depends on Vert.x, on which the server runs. {@link io.github.dtstream.web.WebServer} is the
 * entry.
 *
 * <p>Threads: one event loop takes requests, sends answers, and owns connections and viewers; worker threads make the
 * answers.
 */
@NullMarked
package io.github.dtstream.web;

import org.jspecify.annotations.NullMarked;
