package io.github.dtstream.camel.alarm;

import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.journal.record.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to the entries of an alarm journal that an endpoint wants. Other entries count as delivered together
 * with the entries before them. Thread-safe as a subscription is: one thread polls, any commits.
 */
final class AlarmSubscription implements Subscription {
    private final Subscription entries;
    private final AlarmFilter filter;
    private final AlarmEntries decoded;

    // Guarded by this.
    /** The end of the last batch that was not empty; null if there was none, or it is committed. */
    private @Nullable Position handedOut;
    /** The end of the entries that were left out after it. */
    private @Nullable Position leftOut;

    AlarmSubscription(Subscription entries, AlarmFilter filter, AlarmEntries decoded) {
        this.entries = entries;
        this.decoded = decoded;
        this.filter = filter;
    }

    @Override
    public String name() {
        return entries.name();
    }

    @Override
    public Batch poll(int maxRecords, long maxBytes, Duration timeout) throws IOException, InterruptedException {
        Batch batch = entries.poll(maxRecords, maxBytes, timeout);
        List<JournalRecord> wanted = batch.records().stream()
                .filter(record ->
                        decoded.change(record.event()).filter(filter::allows).isPresent())
                .toList();
        if (wanted.size() == batch.records().size() && !batch.isEmpty()) {
            handOut(batch.end());
            return batch;
        }
        if (!wanted.isEmpty()) {
            handOut(batch.end());
        } else if (!batch.isEmpty()) {
            leaveOut(batch.end());
        }
        return new Batch(wanted, batch.end());
    }

    private synchronized void handOut(Position end) {
        handedOut = end;
        leftOut = null;
    }

    private synchronized void leaveOut(Position end) throws IOException {
        if (handedOut == null) {
            entries.commit(end);
        } else {
            leftOut = end;
        }
    }

    @Override
    public synchronized void commit(Position end) throws IOException {
        boolean isAll = handedOut != null && end.sequence() >= handedOut.sequence();
        Position to = isAll && leftOut != null ? leftOut : end;
        entries.commit(to);
        if (isAll) {
            handedOut = null;
            leftOut = null;
        }
    }

    @Override
    public long lag() {
        return entries.lag();
    }

    @Override
    public void close() {
        entries.close();
    }
}
