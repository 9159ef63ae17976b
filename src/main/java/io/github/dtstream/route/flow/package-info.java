/**
 * Follows an event through the steps of a route as text, and finds the shapes that lose or garble it.
 *
 * <p>Threads: those of whoever checks; nothing here is shared.
 */
@NullMarked
package io.github.dtstream.route.flow;

import org.jspecify.annotations.NullMarked;
