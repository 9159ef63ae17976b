/**
 * Follows an event through the text of a route, and finds steps that lose or garble it.
 *
 * <p>Threads: the callers' threads; nothing here is shared.
 */
@NullMarked
package io.github.dtstream.route.flow;

import org.jspecify.annotations.NullMarked;
