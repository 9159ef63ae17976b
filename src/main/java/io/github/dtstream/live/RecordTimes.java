package io.github.dtstream.live;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out when records were received, from the journal, and caches the latest answers. Thread-safe. */
final class RecordTimes {
    private static final int REMEMBERED = 64;

    /** Guarded by this. */
    private final Map<Key, Instant> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Instant> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(Journal journal, long sequence) {}

    /** The time of receipt of the first record from a sequence number on; null if there is none. */
    synchronized @Nullable Instant of(Journal journal, long sequence) {
        Key key = new Key(journal, sequence);
        Instant remembered = known.get(key);
        if (remembered != null) {
            return remembered;
        }
        try (Subscription records = journal.follow(sequence)) {
            Batch batch = records.poll(1, Duration.ZERO);
            if (batch.isEmpty()) {
                return null;
            }
            Instant received = batch.records().get(0).received();
            known.put(key, received);
            return received;
        } catch (IOException e) {
            // The journal is closed, or reports the failure of its disk itself.
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
