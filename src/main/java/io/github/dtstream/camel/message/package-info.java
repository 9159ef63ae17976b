/**
 * Events as Camel's messages: body, headers, conversions, and their handling in a route's split.
 *
 * <p>Threads: those that run a route. A message belongs to the thread that works on it, as Camel's own messages do.
 * Nothing here locks.
 */
@NullMarked
package io.github.dtstream.camel.message;

import org.jspecify.annotations.NullMarked;
