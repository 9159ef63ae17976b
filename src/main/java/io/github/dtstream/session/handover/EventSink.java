package io.github.dtstream.session.handover;

import io.github.dtstream.event.Event;
import java.time.Instant;
import java.util.List;

/** Takes what a session receives. Called by connection threads, one at a time. */
public interface EventSink {
    /**
     * Takes the events and pings that one read of the connection completed, in order. May block while the disk is full
     * or slow; the connection is not read then.
     *
     * @param events at least one; the sink does not keep the list
     * @param received when the last byte of each was received
     */
    void events(List<Event> events, Instant received) throws InterruptedException;

    /** The same for events that were sent before others that were taken already: they are late. */
    default void late(List<Event> events, Instant received) throws InterruptedException {
        events(events, received);
    }

    /**
     * Takes a record that is not a valid event: not JSON, no envelope, too long, too deep, an illegal identifier.
     *
     * @param reason one short sentence
     * @param record its bytes, or the first of them if it is too long
     */
    void rejected(String reason, byte[] record, Instant received) throws InterruptedException;

    /** The connection has ended within a record; the gap that begins there includes it. */
    default void truncated() {}
}
