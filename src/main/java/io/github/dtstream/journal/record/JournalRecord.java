package io.github.dtstream.journal.record;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import java.time.Instant;

/**
 * One event as it stands in the journal.
 *
 * @param sequence its number in the journal: 1 for the first, without holes, for ever
 * @param received when we received it; never goes back from one record to the next
 * @param source live, from history or pushed
 * @param event the event
 */
public record JournalRecord(long sequence, Instant received, Source source, Event event) {}
