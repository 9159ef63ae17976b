package io.github.dtstream.session.connection;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.EventTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the records of a connection, within the session. Called by connection threads. */
public interface RecordSink {
    /** Takes the records that one read of the connection completed; may block. */
    void received(Received records) throws InterruptedException;

    /**
     * Takes a record that is not a valid event: not JSON, no envelope, too long, too deep, an illegal identifier.
     *
     * @param reason one short sentence
     * @param record its bytes, or the first of them if it is too long
     */
    void rejected(String reason, byte[] record, Instant received) throws InterruptedException;

    /** The connection has ended within a record; the gap that begins there includes it. */
    void truncated();

    /**
     * Live events and pings in the order of the stream.
     *
     * @param events at least one
     * @param at when the last byte of each was received
     * @param pinged when the cloud sent the newest ping among them; null if there is none with a time
     */
    record Received(
            List<Event> events, Instant at, @Nullable Instant pinged) {
        public static Received of(List<Event> events, Instant at) {
            Instant newest = null;
            for (Event event : events) {
                Instant sent = event.isPing() ? EventTime.of(event) : null;
                newest = sent == null || newest != null && newest.isAfter(sent) ? newest : sent;
            }
            return new Received(events, at, newest);
        }

        /** The records from an index on, after all before them were passed on. */
        public Received from(int index) {
            return index == 0 ? this : new Received(events.subList(index, events.size()), at, pinged);
        }

        /** The same records with another time of receipt. */
        Received at(Instant time) {
            return new Received(events, time, pinged);
        }
    }
}
