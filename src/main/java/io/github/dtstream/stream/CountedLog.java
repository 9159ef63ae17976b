package io.github.dtstream.stream;

import io.github.dtstream.event.Event;
import io.github.dtstream.gap.fill.EventLog;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;

/** Counts the events of history that are written to a log. As thread-safe as the log. */
final class CountedLog implements EventLog {
    private final EventLog log;
    private final StreamActivity activity;

    CountedLog(EventLog log, StreamActivity activity) {
        this.log = log;
        this.activity = activity;
    }

    @Override
    public boolean append(Event event, Instant received) throws InterruptedException {
        boolean isNew = log.append(event, received);
        if (isNew) {
            activity.fetched();
        }
        return isNew;
    }

    @Override
    public void flush() throws InterruptedException {
        log.flush();
    }

    @Override
    public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
        log.scan(receivedFrom, consumer);
    }

    @Override
    public long nextSequence() {
        return log.nextSequence();
    }

    @Override
    public int remembered() {
        return log.remembered();
    }

    @Override
    public boolean isHeld() {
        return log.isHeld();
    }

    @Override
    public boolean isTakenOver() {
        return log.isTakenOver();
    }

    @Override
    public void reject(String deviceId, String reason, byte[] record) {
        activity.rejected();
        log.reject(deviceId, reason, record);
    }
}
