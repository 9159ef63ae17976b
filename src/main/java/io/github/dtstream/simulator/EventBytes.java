package io.github.dtstream.simulator;

import java.nio.charset.StandardCharsets;

/** Puts events into the stream's envelope. */
final class EventBytes {
    private static final byte[] HEAD = "{\"result\":{\"event\":".getBytes(StandardCharsets.UTF_8);

    private EventBytes() {}

    static byte[] of(SimulatedEvent event) {
        byte[] json = event.json();
        byte[] record = new byte[HEAD.length + json.length + 2];
        System.arraycopy(HEAD, 0, record, 0, HEAD.length);
        System.arraycopy(json, 0, record, HEAD.length, json.length);
        record[record.length - 2] = '}';
        record[record.length - 1] = '}';
        return record;
    }

    static byte[] of(String record) {
        return record.getBytes(StandardCharsets.UTF_8);
    }
}
