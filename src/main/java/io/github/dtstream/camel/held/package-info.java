/**
 * The streams that this router holds, and those that it stands by for. In a group of routers, a stream is opened for its
 * users when the group assigns it to this router, and closed before another router takes it.
 *
 * <p>Threads: the group's thread says what is assigned; {@code dt-group-streams} opens and closes streams, several at a
 * time; {@code dt-group-ahead} reads ahead; {@code dt-stream-looks} looks from time to time. Locks: first that of a stream,
 * under which its users are called, then that of {@link io.github.dtstream.camel.held.HeldStreams} or {@code Readiness},
 * which are leaves.
 */
@NullMarked
package io.github.dtstream.camel.held;

import org.jspecify.annotations.NullMarked;
