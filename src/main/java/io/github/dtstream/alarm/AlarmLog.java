package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange;
import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An alarm journal as its one writer sees it. What stands in it already is left out, so that what is computed again after a
 * crash stands there once. Used by one thread; its counts are read by any.
 */
final class AlarmLog {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmLog.class);

    private final Journal journal;
    private final String projectId;
    private final Clock clock;
    private final AlarmChangeEvents events = new AlarmChangeEvents();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong notifications = new AtomicLong();
    private Instant received = Instant.EPOCH;
    private int unsynced;

    AlarmLog(Journal journal, String projectId, Clock clock) {
        this.journal = journal;
        this.projectId = projectId;
        this.clock = clock;
    }

    void append(AlarmChange change) throws InterruptedException {
        if (append(events.event(projectId, change))) {
            (change instanceof AlarmChange.Notification ? notifications : changes).incrementAndGet();
        }
    }

    void append(AlarmEntry.Told told) throws InterruptedException {
        append(events.event(projectId, told));
    }

    void append(AlarmEntry.Edited edited) throws InterruptedException {
        append(events.event(projectId, edited));
    }

    private boolean append(Event event) throws InterruptedException {
        // the journal keeps it to the microsecond
        received = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        unsynced++;
        return journal.append(event, Source.LIVE, received);
    }

    /** Goes on where another process ended, whose last entry was not written before that. */
    void resume(Instant lastReceived) {
        received = lastReceived;
    }

    /** Waits until all is on disk. */
    void flush() throws InterruptedException {
        if (unsynced > 0) {
            journal.flush();
            unsynced = 0;
        }
    }

    /** How many entries may not be on disk yet. */
    int unsynced() {
        return unsynced;
    }

    /** The number of the last entry. */
    long sequence() {
        return journal.status().nextSequence() - 1;
    }

    /** A time that is not after the last entry was written, as far as anything was written by this object. */
    Instant received() {
        return received;
    }

    /** How many changes of alarms were written that did not stand there before. */
    long changes() {
        return changes.get();
    }

    /** How many notifications were written that did not stand there before. */
    long notifications() {
        return notifications.get();
    }

    /** What the engine was told behind a place, in that order. */
    Deque<AlarmEntry> toldBehind(AlarmSnapshot.Place place) throws IOException {
        Deque<AlarmEntry> told = new ArrayDeque<>();
        journal.scan(place.alarmReceived(), record -> {
            if (record.sequence() > place.alarmSequence()) {
                try {
                    AlarmEntry entry = events.read(record.event());
                    if (!(entry instanceof AlarmEntry.Changed)) {
                        told.add(entry);
                    }
                } catch (IOException e) {
                    LOG.error("The alarm journal has an entry that is passed over: {}", e.getMessage());
                }
            }
            return true;
        });
        return told;
    }
}
