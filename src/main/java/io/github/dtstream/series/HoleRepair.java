package io.github.dtstream.series;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import io.github.dtstream.series.block.BlockFolder;
import io.github.dtstream.series.block.OpenBlock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes missing blocks from the journal, one hole after the other. A hole is a span of records that are in no block.
 * Owned by one thread, except {@link #missing}.
 */
final class HoleRepair {
    private final Journal journal;
    private final BlockFolder folder;
    private final BlockFiller filler;
    private final Deque<Span> holes = new ArrayDeque<>();
    private @Nullable Repair repair;
    private volatile long missing;

    /** A span of records, both ends included. */
    private record Span(long first, long last) {}

    /** The repair of a hole. */
    private static final class Repair {
        private final Span hole;
        private final Subscription records;
        private OpenBlock block;

        Repair(Span hole, Subscription records, OpenBlock block) {
            this.hole = hole;
            this.records = records;
            this.block = block;
        }
    }

    HoleRepair(Journal journal, BlockFolder folder, BlockFiller filler) {
        this.journal = journal;
        this.folder = folder;
        this.filler = filler;
    }

    /** Whether nothing is missing. */
    boolean isWhole() {
        return holes.isEmpty() && repair == null;
    }

    /** Whether a hole is being repaired. */
    boolean isUnderWay() {
        return repair != null;
    }

    /** How many records are in holes; for any thread. */
    long missing() {
        return missing;
    }

    /** How many bytes of heap the current repair takes. */
    long bytes() {
        Repair under = repair;
        return under == null ? 0 : under.block.bytes();
    }

    /** Adds a hole; does nothing if the span is empty. */
    void add(long first, long last) {
        if (first <= last) {
            holes.add(new Span(first, last));
        }
        count();
    }

    private void count() {
        long count =
                holes.stream().mapToLong(hole -> hole.last - hole.first + 1).sum();
        Repair under = repair;
        missing = count + (under == null ? 0 : under.hole.last - under.block.next() + 1);
    }

    /** Reads the next batch of the first hole. */
    void step(int records, long bytes) throws IOException, InterruptedException {
        Repair under = repair;
        if (under == null) {
            Span hole = holes.poll();
            if (hole == null) {
                return;
            }
            under = new Repair(hole, journal.follow(hole.first), filler.block(hole.first));
            repair = under;
        }
        Batch batch = under.records.poll(records, bytes, Duration.ZERO);
        boolean isDone = batch.isEmpty();
        for (JournalRecord record : batch.records()) {
            isDone |= record.sequence() > under.hole.last;
            if (!isDone) {
                take(record, under);
            }
        }
        if (isDone || under.block.next() > under.hole.last) {
            end(under);
        }
        count();
    }

    private void take(JournalRecord record, Repair under) throws InterruptedException {
        filler.put(record, under.block, false, full -> {
            folder.add(filler.write(full));
            under.block = filler.block(full.next());
            return under.block;
        });
    }

    private void end(Repair under) throws InterruptedException {
        if (under.block.next() > under.block.first()) {
            under.block.advance(under.hole.last, under.block.lastReceived());
            folder.add(filler.write(under.block));
        }
        under.records.close();
        repair = null;
    }

    /** Forgets holes that are older than the journal. */
    void retire(long oldest) {
        List<Span> left = new ArrayList<>(holes);
        holes.clear();
        left.forEach(hole -> add(Math.max(oldest, hole.first), hole.last));
        count();
    }

    /** Forgets all holes. */
    void clear() {
        close();
        holes.clear();
        count();
    }

    /** Ends the current repair. */
    void close() {
        Repair under = repair;
        if (under != null) {
            under.records.close();
            repair = null;
        }
    }
}
