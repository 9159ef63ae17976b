package io.github.dtstream.session;

import io.github.dtstream.cloud.api.StreamFilters;
import io.github.dtstream.cloud.fault.Fault;
import io.github.dtstream.session.connection.StreamConnection;
import io.github.dtstream.session.handover.HandoverBuffer;

/** What a session's {@link Situation} answers to. Comes as a message to the session's thread, from any other or itself. */
sealed interface Happening {
    /** The session is to begin. */
    record Start() implements Happening {}

    /** What a connection reports. */
    sealed interface OfConnection extends Happening {
        StreamConnection connection();

        default boolean isOf(StreamConnection other) {
            return connection() == other;
        }
    }

    /** The first event or ping of a connection was received and passed on. */
    record FirstRecord(StreamConnection connection) implements OfConnection {}

    /** It is known from when on a connection receives everything. */
    record Complete(StreamConnection connection) implements OfConnection {}

    /** A connection has ended; nothing more comes of it. */
    record Ended(StreamConnection connection, Fault fault) implements OfConnection {}

    /** A planned renewal is due, or somebody asks for one. */
    record Renew() implements Happening {}

    /** The predecessor need not go on: proof came, the successor can hold no more, or time is up. */
    record HandoverDue(HandoverBuffer buffer) implements Happening {}

    /** What a successor had held is passed on, or lost. */
    record Released() implements Happening {}

    /** Other events are asked for. */
    record FiltersChanged(StreamFilters filters) implements Happening {}

    /** The next attempt is due. */
    record RetryDue() implements Happening {}

    /** Somebody asks for the next attempt now, also where none was to come. */
    record RetryNow() implements Happening {}

    /** What the cloud has refused is to be asked for again after a while, unless retries are limited. */
    record RetryRefused() implements Happening {}

    /** The answer to another happening was not carried out to its end. */
    record Failed() implements Happening {}

    /** The session is to end, for good. */
    record Stop() implements Happening {}
}
