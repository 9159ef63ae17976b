/**
 * From one connection to the next without a loss: what the successor receives is held back until its predecessor is proven to
 * have delivered all that was sent before.
 *
 * <p>Threads: the connections' call the sink, through {@code SerializedSink} or a {@code HandoverBuffer}; {@code
 * dt-stream-PROJECT-hand-over} passes on what a buffer holds; the session's thread begins and ends it all. Locks: the turn
 * of {@code SerializedSink}, held while the sink is called, which may block; under it the monitor of a {@code
 * HandoverBuffer}, or of {@code Completeness}, which are leaves.
 */
@NullMarked
package io.github.dtstream.session.handover;

import org.jspecify.annotations.NullMarked;
