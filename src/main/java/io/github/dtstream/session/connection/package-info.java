/**
 * One connection to the event stream: its request, reading and decoding, and its end by a silence or a stall. {@code
 * session} decides what follows the end, and when a connection takes over from another; it uses the interface {@code
 * StreamConnection}.
 *
 * <p>Threads: a connection's own thread, {@code dt-stream-PROJECT-N}, connects, reads, decodes, and calls the sink and
 * the listener. The session's thread makes, starts, aborts and queries connections. A timer's thread ends silent ones.
 * Only {@code Liveness} has a lock; the action that ends the connection is called outside it.
 */
@NullMarked
package io.github.dtstream.session.connection;

import org.jspecify.annotations.NullMarked;
