package io.github.dtstream.gap.fill;

import io.github.dtstream.event.Event;
import io.github.dtstream.event.Source;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A journal in memory that forgets identifiers as the real one does, and loses unflushed records in a crash. */
public final class MemoryLog implements EventLog {
    private final List<JournalRecord> records = new ArrayList<>();
    private final LinkedHashSet<String> recent = new LinkedHashSet<>();
    private final int remembered;
    private int durable;
    final List<String> rejected = new ArrayList<>();
    int heldChecks;
    int mostPending;
    int scans;
    boolean dead;
    boolean isTakenOver;
    BooleanSupplier diskFails = () -> false;

    MemoryLog(int remembered) {
        this.remembered = remembered;
    }

    boolean append(Event event, Source source, Instant received) {
        alive();
        if (!recent.add(event.eventId())) {
            return false;
        }
        if (recent.size() > remembered) {
            recent.remove(recent.iterator().next());
        }
        Instant notBeforeLast =
                lastReceived().filter(last -> last.isAfter(received)).orElse(received);
        records.add(new JournalRecord(records.size() + 1, notBeforeLast, source, event));
        mostPending = Math.max(mostPending, records.size() - durable);
        return true;
    }

    /** Flushes all but the newest records, as a disk is never far behind the live stream. */
    void flushAllButNewest(int count) {
        durable = Math.max(durable, records.size() - count);
    }

    @Override
    public boolean append(Event event, Instant received) {
        return append(event, Source.HISTORY, received);
    }

    @Override
    public void flush() {
        alive();
        durable = records.size();
    }

    @Override
    public void scan(Instant receivedFrom, Predicate<JournalRecord> consumer) throws IOException {
        scans++;
        if (diskFails.getAsBoolean()) {
            throw new IOException("no space left on device");
        }
        for (JournalRecord record : List.copyOf(records.subList(0, durable))) {
            if (!record.received().isBefore(receivedFrom) && !consumer.test(record)) {
                return;
            }
        }
    }

    @Override
    public long nextSequence() {
        return records.size() + 1;
    }

    @Override
    public int remembered() {
        return remembered;
    }

    @Override
    public boolean isHeld() {
        return heldChecks-- > 0;
    }

    @Override
    public boolean isTakenOver() {
        return isTakenOver;
    }

    @Override
    public void reject(String deviceId, String reason, byte[] record) {
        rejected.add(deviceId + ": " + reason);
    }

    boolean hasHistoryThatIsNotOnDisk() {
        return records.subList(durable, records.size()).stream().anyMatch(record -> record.source() == Source.HISTORY);
    }

    List<JournalRecord> records() {
        return records;
    }

    /** The journal after its process was killed. */
    MemoryLog afterCrash() {
        MemoryLog next = new MemoryLog(remembered);
        for (JournalRecord record : records.subList(0, durable)) {
            next.append(record.event(), record.source(), record.received());
        }
        next.flush();
        return next;
    }

    Optional<Instant> lastReceived() {
        return records.isEmpty()
                ? Optional.empty()
                : Optional.of(records.get(records.size() - 1).received());
    }

    private void alive() {
        if (isTakenOver) {
            throw new IllegalStateException("the journal is closed");
        }
        if (dead) {
            throw new Crash();
        }
    }

    /** Ends the process. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }
}
