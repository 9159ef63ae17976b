package io.github.dtstream.delivery.batch;

import io.github.dtstream.delivery.DeliveryFault;
import io.github.dtstream.delivery.SinkFailures;
import io.github.dtstream.journal.record.JournalRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The known results of an exchange's single events: which are delivered and which failed. Nothing is known if the route
 * does not send them one by one. Thread-safe: parts may end on threads of their own.
 */
final class PartEnds {
    private static final Object DELIVERED = new Object();

    private final List<JournalRecord> records;
    /**
     * For each event {@link #DELIVERED}, its failure, or null if it has not ended; null if none has. Guarded by this.
     */
    private @Nullable Object @Nullable [] ends;

    /** Guarded by this. */
    private int ended;

    PartEnds(List<JournalRecord> records) {
        this.records = records;
    }

    List<JournalRecord> records() {
        return records;
    }

    /** @return whether this end is new */
    synchronized boolean note(int index, @Nullable Throwable failure) {
        if (ends == null) {
            ends = new Object[records.size()];
        }
        boolean isNew = ends[index] == null;
        if (isNew) {
            ended++;
        }
        ends[index] = failure == null ? DELIVERED : failure;
        return isNew;
    }

    /** Whether some events have ended and others have not. */
    synchronized boolean isInTheMiddle() {
        return ended > 0 && ended < records.size();
    }

    /** The numbers of the delivered events. */
    synchronized Set<Long> delivered() {
        Set<Long> delivered = new HashSet<>();
        for (int i = 0; ends != null && i < ends.length; i++) {
            if (ends[i] == DELIVERED) {
                delivered.add(records.get(i).sequence());
            }
        }
        return delivered;
    }

    /** The numbers of the failed events, and the meaning of their failures. */
    synchronized Map<Long, DeliveryFault> failed(SinkFailures sinks) {
        Map<Long, DeliveryFault> failed = new HashMap<>();
        for (int i = 0; ends != null && i < ends.length; i++) {
            if (ends[i] instanceof Throwable failure) {
                failed.put(records.get(i).sequence(), DeliveryFault.of(failure, sinks));
            }
        }
        return failed;
    }

    @Override
    public synchronized String toString() {
        return ended + " of " + records.size() + " ended" + (ends == null ? "" : ": " + Arrays.toString(ends));
    }
}
