/**
 * One stream's connections, one after the other: retries, planned renewal, and the notification of others.
 *
 * <p>A session is a state machine. A {@code Happening} is a message to its thread. {@code SessionControl.step} has the
 * current {@code Situation} react to it by a {@code Transition}, and carries that out. Nothing else changes the
 * situation. {@code session.connection} has the connection itself; {@code session.handover} has the change from one
 * connection to the next without a loss.
 *
 * <p>Threads: {@code dt-stream-PROJECT} decides, and calls the listeners. Locks: {@code StreamSession} has one, so that
 * start and stop do not overlap; no other lock is taken under it.
 */
@NullMarked
package io.github.dtstream.session;

import org.jspecify.annotations.NullMarked;
