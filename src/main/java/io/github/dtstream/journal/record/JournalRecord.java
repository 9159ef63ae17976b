package io.github.dtstream.journal.record;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import java.time.Instant;

/**
 * One event in the journal.
 *
 * @param sequence its number in the journal: 1 for the first, without holes, never changed
 * @param received when we received it; never earlier than the record before
 * @param source live, from history or pushed
 * @param event the event
 */
public record JournalRecord(long sequence, Instant received, Source source, Event event) {}
