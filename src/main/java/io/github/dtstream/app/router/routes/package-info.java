/**
 * The routes of a folder as the application runs them: found, tested, reloaded, counted, and their changes told.
 *
 * <p>Threads: Camel's and the reloader's call in; {@code RouteChangeNotifier} publishes on one of its own. No locks; what
 * threads share is volatile, concurrent, or owned by one of them.
 */
@NullMarked
package io.github.dtstream.app.router.routes;

import org.jspecify.annotations.NullMarked;
