/**
 * The Camel component dt-stream: the journal's batches as exchanges. Its messages are in {@code camel.message}.
 *
 * <p>Threads: Camel starts and stops the consumer. Its subscriber's thread ({@code delivery}) runs the route's
 * synchronous steps, and Camel's threads complete asynchronous ones. Nothing here holds a lock while it calls a route.
 */
@NullMarked
package io.github.dtstream.camel;

import org.jspecify.annotations.NullMarked;
