package io.github.dtstream.simulator;

/** What waits to be written on an open stream. */
sealed interface StreamItem permits SimulatedEvent, StreamItem.Raw, StreamItem.End {
    /**
     * Bytes to be sent as a record as they are, whatever they are.
     *
     * @param record the record without framing
     */
    record Raw(byte[] record) implements StreamItem {}

    /**
     * The stream's end.
     *
     * @param record a last record; empty for none
     * @param terminated whether that record ends with the newline, or in text/event-stream with the blank line
     * @param cut whether the connection is closed without the end of its chunked body
     */
    record End(byte[] record, boolean terminated, boolean cut) implements StreamItem {}
}
