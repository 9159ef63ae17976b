/**
 * One stream's connections, one after the other: retry, planned renewal, hand-over, and what others are told of it.
 *
 * <p>A session is a state machine. Whatever happens to it is a {@code Happening}, a message to its thread; {@code
 * SessionControl.step} has the current {@code Situation} answer it by a {@code Transition}, and carries that out. Nothing
 * else changes the situation. What a connection itself does is in {@code session.connection}.
 *
 * <p>Threads: {@code dt-stream-PROJECT} decides, and calls the listeners; the connections' call the sink, through {@code
 * SerializedSink} or a {@code HandoverBuffer}; {@code dt-stream-PROJECT-hand-over} passes on what a buffer holds. Locks:
 * the turn of {@code SerializedSink}, held while the sink is called, which may block; under it the monitor of a {@code
 * HandoverBuffer}, or of {@code Completeness}, which are leaves.
 */
@NullMarked
package io.github.dtstream.session;

import org.jspecify.annotations.NullMarked;
