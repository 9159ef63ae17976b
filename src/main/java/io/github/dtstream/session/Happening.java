package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.HandoverBuffer;

/** An event to which a session's {@link Situation} reacts. It is a message to the session's thread, from any thread. */
sealed interface Happening {
    /** The session shall begin. */
    record Start() implements Happening {}

    /** A report of a connection. */
    sealed interface OfConnection extends Happening {
        StreamConnection connection();

        default boolean isOf(StreamConnection other) {
            return connection() == other;
        }
    }

    /** The first event or ping of a connection was received and passed on. */
    record FirstRecord(StreamConnection connection) implements OfConnection {}

    /** The connection knows since when it receives everything. */
    record Complete(StreamConnection connection) implements OfConnection {}

    /** A connection has ended; it sends no more messages. */
    record Ended(StreamConnection connection, Fault fault) implements OfConnection {}

    /** A planned renewal is due, or was requested. */
    record Renew() implements Happening {}

    /** The predecessor may end: the proof came, the successor's buffer is full, or the time is up. */
    record HandoverDue(HandoverBuffer buffer) implements Happening {}

    /** The records that a successor had held are passed on, or lost. */
    record Released() implements Happening {}

    /** The session shall ask for other events. */
    record FiltersChanged(StreamFilters filters) implements Happening {}

    /** The next attempt is due. */
    record RetryDue() implements Happening {}

    /** The next attempt shall be made now, even if none was planned. */
    record RetryNow() implements Happening {}

    /** A request that the cloud refused shall be repeated after a while, unless retries are limited. */
    record RetryRefused() implements Happening {}

    /** A transition failed before it was complete. */
    record Failed() implements Happening {}

    /** The session shall end for good. */
    record Stop() implements Happening {}
}
