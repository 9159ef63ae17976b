/**
 * One stream's connections, one after the other: retry, planned renewal, and what others are told of it.
 *
 * <p>A session is a state machine. Whatever happens to it is a {@code Happening}, a message to its thread; {@code
 * SessionControl.step} has the current {@code Situation} answer it by a {@code Transition}, and carries that out. Nothing
 * else changes the situation. What a connection itself does is in {@code session.connection}; how one takes over from another
 * without a loss, in {@code session.handover}.
 *
 * <p>Threads: {@code dt-stream-PROJECT} decides, and calls the listeners. Locks: that of {@code StreamSession}, which keeps a start
 * and a stop apart, and is a leaf.
 */
@NullMarked
package io.github.dtstream.session;

import org.jspecify.annotations.NullMarked;
