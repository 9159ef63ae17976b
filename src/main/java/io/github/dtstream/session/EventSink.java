package io.github.dtstream.session;

import io.github.dtstream.event.Event;
import java.time.Instant;

/** Where a session puts what it receives. Called by connection threads, one at a time. */
public interface EventSink {
    /**
     * Takes one event, ping or not. May block while the disk is full or slow: the connection is then not read on.
     *
     * @param received when its last byte was received
     */
    void event(Event event, Instant received) throws InterruptedException;

    /**
     * Takes a record that is no event: not JSON, no envelope, too long, too deep, an illegal identifier.
     *
     * @param reason one short sentence
     * @param record its bytes, or the first of them where it is too long
     */
    void rejected(String reason, byte[] record, Instant received) throws InterruptedException;
}
