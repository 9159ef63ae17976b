package io.github.dtstream.simulator.stream;

import io.github.dtstream.simulator.device.SimulatedEvent;
import java.nio.charset.StandardCharsets;

/** An item that waits to be written on an open stream. */
public sealed interface StreamItem {
    /** The record without framing. */
    byte[] record();

    /** An event, in the stream's envelope. */
    record Event(SimulatedEvent event) implements StreamItem {
        private static final byte[] HEAD = "{\"result\":{\"event\":".getBytes(StandardCharsets.UTF_8);

        @Override
        public byte[] record() {
            byte[] json = event.json();
            byte[] record = new byte[HEAD.length + json.length + 2];
            System.arraycopy(HEAD, 0, record, 0, HEAD.length);
            System.arraycopy(json, 0, record, HEAD.length, json.length);
            record[record.length - 2] = '}';
            record[record.length - 1] = '}';
            return record;
        }
    }

    /** Any bytes, to be sent as a record. */
    record Raw(byte[] record) implements StreamItem {}

    /**
     * The stream's end.
     *
     * @param record a last record; empty for none
     * @param terminated whether that record has its newline, or in text/event-stream its blank line
     * @param cut whether the connection is closed without the end of its chunked body
     */
    record End(byte[] record, boolean terminated, boolean cut) implements StreamItem {}
}
