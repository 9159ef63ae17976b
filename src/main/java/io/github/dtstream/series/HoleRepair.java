package io.github.dtstream.series;

import io.github.dtstream.journal.Journal;
import io.github.dtstream.journal.Subscription;
import io.github.dtstream.journal.record.Batch;
import io.github.dtstream.journal.record.JournalRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the blocks of records that no block has, from the journal, one hole after the other. Owned by one thread, but for {@link #missing}. */
final class HoleRepair {
    private final Journal journal;
    private final BlockFolder folder;
    private final BlockFiller filler;
    private final Deque<Span> holes = new ArrayDeque<>();
    private @Nullable Repair repair;
    private volatile long missing;

    /** Records that no block has, both ends included. */
    private record Span(long first, long last) {}

    /** A hole that is being closed. */
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

    /** Whether a hole is being closed. */
    boolean isUnderWay() {
        return repair != null;
    }

    /** How many records are missing; for any thread. */
    long missing() {
        return missing;
    }

    /** What it holds. */
    long bytes() {
        Repair under = repair;
        return under == null ? 0 : under.block.bytes();
    }

    /** The records of a span have no block; none if it is empty. */
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

    /** Goes on with the first hole, a batch of it. */
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

    /** What is older than the journal is not missing any more. */
    void retire(long oldest) {
        List<Span> left = new ArrayList<>(holes);
        holes.clear();
        left.forEach(hole -> add(Math.max(oldest, hole.first), hole.last));
        count();
    }

    /** Begins anew: nothing is missing. */
    void clear() {
        close();
        holes.clear();
        count();
    }

    /** Reads no more. */
    void close() {
        Repair under = repair;
        if (under != null) {
            under.records.close();
            repair = null;
        }
    }
}
