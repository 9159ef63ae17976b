package io.github.dtstream.delivery.batch;

import io.github.dtstream.journal.record.JournalRecord;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records the ends of a batch's events as a delivery does. */
public final class NotedEnds implements BatchDelivery.Acknowledgement {
    private final Clock clock = Clock.systemUTC();
    private final PartEnds ends;
    private volatile long last;

    public NotedEnds(List<JournalRecord> records) {
        this.ends = new PartEnds(records);
    }

    @Override
    public void partDone(int index, @Nullable Throwable failure) {
        if (ends.note(index, failure)) {
            last = clock.millis();
        }
    }

    @Override
    public void done(@Nullable Throwable failure) {
        throw new IllegalStateException("not asked for after " + last);
    }
}
