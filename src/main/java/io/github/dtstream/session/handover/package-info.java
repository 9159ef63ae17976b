/**
 * The change from one connection to the next without a loss: the successor's records are held until its predecessor has
 * certainly delivered everything that was sent before.
 *
 * <p>Threads: the connections' threads call the sink, through {@code SerializedSink} or a {@code HandoverBuffer}.
 * {@code dt-stream-PROJECT-hand-over} passes on the records of a buffer. The session's thread begins and ends a
 * hand-over. Locks: the turn of {@code SerializedSink}, held while the sink is called, which may block. Under it, the
 * monitor of a {@code HandoverBuffer} or of {@code Completeness} may be taken, and no other lock under these.
 */
@NullMarked
package io.github.dtstream.session.handover;

import org.jspecify.annotations.NullMarked;
