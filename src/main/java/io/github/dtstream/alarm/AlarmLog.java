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
 * Writes an alarm journal as its only writer. Entries that it already has are left out, so entries that are computed
 * again after a crash are there once. Used by one thread; any thread reads its counts.
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
        // The journal keeps it to the microsecond.
        received = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        unsynced++;
        return journal.append(event, Source.LIVE, received);
    }

    /** Continues after another process, whose last entry was not written before that time. */
    void resume(Instant lastReceived) {
        received = lastReceived;
    }

    /** Waits until everything is on disk. */
    void flush() throws InterruptedException {
        if (unsynced > 0) {
            journal.flush();
            unsynced = 0;
        }
    }

    /** The number of entries that may not be on disk yet. */
    int unsynced() {
        return unsynced;
    }

    /** The number of the last entry. */
    long sequence() {
        return journal.status().nextSequence() - 1;
    }

    /** A time that is not after the last entry was written, if this object has written any. */
    Instant received() {
        return received;
    }

    /** How many new changes of alarms were written. */
    long changes() {
        return changes.get();
    }

    /** How many new notifications were written. */
    long notifications() {
        return notifications.get();
    }

    /**
     * An input of the engine in the journal.
     *
     * @param sequence its number
     * @param received when it was written
     */
    record Logged(AlarmEntry entry, long sequence, Instant received) {}

    /** The engine's inputs after a place, in their order. */
    Deque<Logged> toldBehind(AlarmSnapshot.Place place) throws IOException {
        Deque<Logged> told = new ArrayDeque<>();
        journal.scan(place.alarmReceived(), record -> {
            if (record.sequence() > place.alarmSequence()) {
                try {
                    AlarmEntry entry = AlarmChangeEvents.read(record.event());
                    if (!(entry instanceof AlarmEntry.Changed)) {
                        told.add(new Logged(entry, record.sequence(), record.received()));
                    }
                } catch (IOException e) {
                    LOG.error("The alarm journal has an entry that is skipped: {}", e.getMessage());
                }
            }
            return true;
        });
        return told;
    }
}
