package io.github.dtstream.journal.record;

import io.github.dtstream.event.Event;
import io.github.dtstream.wire.InvalidRecordException;

/** Reads an event from its JSON. Used by one thread. */
@FunctionalInterface
public interface EventDecoder {
    Event decode(byte[] buffer, int offset, int length) throws InvalidRecordException;
}
