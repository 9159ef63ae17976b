/**
 * The Camel component dt-stream: batches of the journal as exchanges. Its messages are in {@code camel.message}.
 *
 * <p>Threads: Camel starts and stops the consumer; its subscriber's thread ({@code delivery}) runs the route's synchronous
 * steps, and Camel's own threads finish the asynchronous ones. Nothing here locks while it calls a route.
 */
@NullMarked
package io.github.dtstream.camel;

import org.jspecify.annotations.NullMarked;
