package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A member of a shared subscriber that counts the records, and commits each batch. A thread reads each partition. */
final class CountingMember implements PartitionListener, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<Integer, Subscription> partitions = new ConcurrentHashMap<>();
    private final AtomicLong counted;
    private final int batch;
    private final SharedSubscription shared;

    /** @param counted the records of all members */
    CountingMember(Journals journals, String node, int batch, Journals.Surroundings surroundings, AtomicLong counted)
            throws IOException {
        this.batch = batch;
        this.counted = counted;
        shared = journals.share(
                "p/s",
                new Sharing("speed", Journal.Start.BEGINNING, node, batch),
                JournalSettings.DEFAULTS,
                surroundings,
                this);
    }

    /** Whether it has said that Kafka does not answer. */
    boolean isCutOff() {
        return shared.status().problem() != null;
    }

    int partitions() {
        return partitions.size();
    }

    @Override
    public void assigned(int partition, Subscription records) {
        partitions.put(partition, records);
        Thread reader = new Thread(() -> read(partition, records), "reads-" + partition);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(int partition, Subscription records) {
        try {
            while (partitions.get(partition) == records) {
                Batch next = records.poll(batch, POLL);
                if (!next.isEmpty()) {
                    counted.addAndGet(next.records().size());
                    records.commit(next.end());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void revoked(Set<Integer> gone) {
        lost(gone);
    }

    @Override
    public void lost(Set<Integer> gone) {
        for (int partition : gone) {
            Subscription records = partitions.remove(partition);
            if (records != null) {
                records.close();
            }
        }
    }

    @Override
    public void close() {
        shared.close();
    }
}
