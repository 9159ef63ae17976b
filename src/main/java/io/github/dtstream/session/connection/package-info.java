/**
 * One connection to the event stream: its request, reading, decoding, and when its silence or a stall ends it. What follows
 * its end, and how it takes over from another, is for {@code session} to decide, which knows it as a {@code
 * StreamConnection}.
 *
 * <p>Threads: a connection's own, {@code dt-stream-PROJECT-N}, connects, reads, decodes, and calls the sink and the listener;
 * the session's makes, starts, aborts and asks; a timer's ends a silent one. Only {@code Liveness} has a lock, a leaf: what
 * ends the connection is called outside it.
 */
@NullMarked
package io.github.dtstream.session.connection;

import org.jspecify.annotations.NullMarked;
