/**
 * The HTTP server: one port, one door before everything that is asked for there, also before the {@code platform-http:} routes of
 * users. Other packages hand it a {@link io.github.dtstream.web.Site}: resources, server-sent events, the page's files, none of
 * which knows Vert.x, which runs it. {@link io.github.dtstream.web.WebServer} is where to begin.
 *
 * <p>One event loop takes requests in and sends answers, and owns connections and viewers; answers are made on worker threads.
 */
@NullMarked
package io.github.dtstream.web;

import org.jspecify.annotations.NullMarked;
