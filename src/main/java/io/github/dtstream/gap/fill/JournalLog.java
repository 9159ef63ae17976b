package io.github.dtstream.gap.fill;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.reject.RejectFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A journal and a reject file as an event log.
 *
 * @param onAppended called after each event that was new
 * @param onRejected called for each record that is rejected
 */
record JournalLog(Journal journal, RejectFile rejects, Runnable onAppended, Runnable onRejected) implements EventLog {
    @Override
    public boolean append(Event event, Instant received) throws InterruptedException {
        boolean isNew = journal.append(event, Source.HISTORY, received);
        if (isNew) {
            onAppended.run();
        }
        return isNew;
    }

    @Override
    public void flush() throws InterruptedException {
        journal.flush();
    }

    @Override
    public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
        journal.scan(receivedFrom, consumer);
    }

    @Override
    public long nextSequence() {
        return journal.status().nextSequence();
    }

    @Override
    public int remembered() {
        return journal.remembered();
    }

    @Override
    public boolean isHeld() {
        return journal.status().heldSince() != null;
    }

    @Override
    public boolean isTakenOver() {
        return journal.status().takenOver() != null;
    }

    @Override
    public void reject(String deviceId, String reason, byte[] record) {
        onRejected.run();
        rejects.reject("history", reason, Map.of("deviceId", deviceId), record);
    }
}
