package io.github.dtstream.journal.local;

import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.buffer.Held;
import io.github.dtstream.journal.buffer.Tail;
import io.github.dtstream.journal.segment.Segment;
import io.github.dtstream.journal.segment.SegmentWriter;
import io.github.dtstream.text.ReadableDuration;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's only writing thread: takes the appended records, makes them durable, publishes them, and handles
 * cursors and retention in between. While the disk refuses, everything stays in memory and is tried again. The same
 * holds after an unexpected failure, unless a repetition could write a record twice, or ten turns in a row fail: then
 * the failure leaves {@link #run}, the process must end, and the next one recovers from disk.
 */
final class CommitLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);
    private static final long CURSOR_SYNC_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_UNFORESEEN = 10;
    private static final long RETENTION_NANOS = Duration.ofMinutes(1).toNanos();
    /** A busy disk may take seconds; a network file system that is gone may never answer, without an error. */
    private static final long ANSWER_NANOS = Duration.ofSeconds(10).toNanos();

    private final String journal;
    private final AppendQueue queue;
    private final SegmentWriter writer;
    private final Tail tail;
    private final Cursors cursors;
    private final Retention retention;
    private final Clock clock;
    private final Ticker ticker;
    private final long retryNanos;

    /** Written by the commit thread. */
    private volatile @Nullable Held held;
    /** Since when the commit thread has been at the disk; null while it waits for records. Written by that thread. */
    private volatile @Nullable Asked asked;
    /** Written by the closing thread. */
    private volatile boolean givenUp;
    /** Owned by the commit thread. */
    private long lastCursorSync;

    private long lastElapsed;
    private long lastRetention;
    private @Nullable Segment current;
    /** The chunks that were taken from the queue. */
    private List<Chunk> taken = List.of();
    /** How many of these chunks are durable and published. */
    private int written;
    /** Whether durable records are being published, which cannot be repeated. */
    private boolean publishing;
    /** The number of turns in a row that failed unexpectedly. */
    private int unforeseen;

    /** When the disk was asked for something, by the ticker and by the clock. */
    private record Asked(long nanos, Instant time) {}

    CommitLoop(
            String journal,
            AppendQueue queue,
            SegmentWriter writer,
            Tail tail,
            Cursors cursors,
            Retention retention,
            Clock clock,
            Ticker ticker,
            Duration retry) {
        this.journal = journal;
        this.queue = queue;
        this.writer = writer;
        this.tail = tail;
        this.cursors = cursors;
        this.retention = retention;
        this.clock = clock;
        this.ticker = ticker;
        retryNanos = retry.toNanos();
        lastCursorSync = ticker.nanos();
        lastElapsed = lastCursorSync;
        lastRetention = lastCursorSync - RETENTION_NANOS;
    }

    /** Why nothing can be written: the disk refuses, or has not answered for seconds. Null if neither is so. */
    @Nullable
    Held held() {
        Held refused = held;
        return refused != null ? refused : unanswered();
    }

    private @Nullable Held unanswered() {
        Asked pending = asked;
        long nanos = pending == null ? 0 : ticker.nanos() - pending.nanos();
        return pending == null || nanos < ANSWER_NANOS
                ? null
                : new Held(
                        pending.time(),
                        "the disk has not answered for " + ReadableDuration.of(Duration.ofNanos(nanos)));
    }

    private void askDisk() {
        asked = new Asked(ticker.nanos(), clock.instant());
    }

    /** Drops records that the disk does not accept, so that the loop can end. */
    void giveUp() {
        givenUp = true;
        queue.wakeTaker();
    }

    @Override
    public void run() {
        try {
            boolean open = true;
            while (open) {
                try {
                    open = turn();
                } catch (RuntimeException | Error e) {
                    if (publishing || givenUp || unforeseen == MOST_UNFORESEEN) {
                        throw e;
                    }
                    takeBack(e);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("the commit thread was interrupted", e);
        } finally {
            asked = null;
            queue.close();
            tail.close();
            writer.close();
        }
    }

    /** Takes and writes once; false if the journal is closed and everything is written or given up. */
    private boolean turn() throws InterruptedException {
        askDisk();
        lookAfter();
        if (written == taken.size()) {
            asked = null;
            taken = queue.take(cursors.isDirty() ? CURSOR_SYNC_NANOS : RETENTION_NANOS);
            written = 0;
        }
        return commit() && (!taken.isEmpty() || !queue.isClosed());
    }

    private void takeBack(Throwable failure) throws InterruptedException {
        unforeseen++;
        LOG.error("journal {} is held: {}; nothing is lost, it is tried again", journal, failure, failure);
        hold(failure.toString());
        writer.undo();
        asked = null;
        queue.pauseTaker(retryNanos);
    }

    /**
     * Writes until the disk accepts it. Returns false if it was given up: nothing after it may be written then, because the
     * next opening asks history for what came after the last event in the journal.
     */
    private boolean commit() throws InterruptedException {
        while (written < taken.size()) {
            askDisk();
            try {
                commitRun(taken);
                release();
            } catch (IOException e) {
                writer.undo();
                refused(e);
                if (givenUp) {
                    LOG.error(
                            "journal {} closes while it is held; {} events were not written",
                            journal,
                            queue.figures().nextSequence() - 1 - tail.durable());
                    return false;
                }
                pause();
            }
        }
        return true;
    }

    private void pause() throws InterruptedException {
        cursors.sync();
        // Retention may free the room that is missing.
        retention.enforce();
        asked = null;
        queue.pauseTaker(retryNanos);
    }

    /** Writes and forces the chunks of one segment, and publishes them. */
    private void commitRun(List<Chunk> chunks) throws IOException, InterruptedException {
        int from = written;
        Segment segment = writer.segmentFor(chunks.get(from));
        long[] offsets = new long[chunks.size()];
        int to = from;
        do {
            offsets[to] = writer.write(chunks.get(to));
            to++;
        } while (to < chunks.size() && writer.accepts(chunks.get(to)));
        writer.force(chunks.get(to - 1));
        publishing = true;
        for (int i = from; i < to; i++) {
            tail.publish(chunks.get(i), segment.first(), offsets[i]);
            queue.written(chunks.get(i));
        }
        written = to;
        publishing = false;
        if (segment != current) {
            current = segment;
            retention.enforce();
        }
    }

    private void lookAfter() {
        long now = ticker.nanos();
        if (now - lastCursorSync >= CURSOR_SYNC_NANOS) {
            lastCursorSync = now;
            cursors.sync();
        }
        if (now - lastRetention >= RETENTION_NANOS) {
            retention.elapsed(Duration.ofNanos(now - lastElapsed), tail.durable());
            lastElapsed = now;
            lastRetention = now;
            retention.enforce();
        }
    }

    private void refused(IOException cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean isNew = held == null;
        hold(reason);
        if (isNew) {
            LOG.error(
                    "journal {} is held: the disk refuses to take more ({}); nothing is lost, and it continues when the disk accepts more",
                    journal,
                    reason);
        }
    }

    private void hold(String reason) {
        held = Held.again(held, clock.instant(), reason);
    }

    private void release() {
        unforeseen = 0;
        Held before = held;
        if (before != null) {
            held = null;
            LOG.info("journal {} goes on; it was held since {}", journal, before.since());
        }
    }
}
