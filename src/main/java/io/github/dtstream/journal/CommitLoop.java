package io.github.dtstream.journal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's one writing thread: takes what was appended, makes it durable, publishes it, and looks after cursors and
 * retention in between. While the disk refuses, everything stays in memory and is tried again.
 */
final class CommitLoop implements Runnable {
    /** What went wrong, and since when. */
    record Held(Instant since, String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);
    private static final long CURSOR_SYNC_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long RETENTION_NANOS = Duration.ofMinutes(1).toNanos();

    private final String journal;
    private final AppendQueue queue;
    private final SegmentWriter writer;
    private final Tail tail;
    private final Cursors cursors;
    private final Retention retention;
    private final Clock clock;
    private final long retryNanos;

    /** Written by the commit thread. */
    private volatile @Nullable Held held;
    /** Written by the closing thread. */
    private volatile boolean givenUp;
    /** Of the commit thread. */
    private long lastCursorSync = System.nanoTime();

    private long lastRetention = lastCursorSync;
    private @Nullable Segment current;

    CommitLoop(
            String journal,
            AppendQueue queue,
            SegmentWriter writer,
            Tail tail,
            Cursors cursors,
            Retention retention,
            Clock clock,
            Duration retry) {
        this.journal = journal;
        this.queue = queue;
        this.writer = writer;
        this.tail = tail;
        this.cursors = cursors;
        this.retention = retention;
        this.clock = clock;
        retryNanos = retry.toNanos();
    }

    @Nullable
    Held held() {
        return held;
    }

    /** Lets go of what the disk does not take, so that the loop can end. */
    void giveUp() {
        givenUp = true;
        queue.wakeTaker();
    }

    @Override
    public void run() {
        try {
            retention.enforce();
            while (true) {
                List<Chunk> chunks = queue.take(cursors.isDirty() ? CURSOR_SYNC_NANOS : RETENTION_NANOS);
                if (chunks.isEmpty() && queue.isClosed()) {
                    return;
                }
                commit(chunks);
                lookAfter();
            }
        } catch (InterruptedException e) {
            LOG.error("journal {}: the commit thread was interrupted; nothing more is written", journal);
            held = new Held(clock.instant(), "the commit thread was interrupted");
        } catch (RuntimeException | Error e) {
            LOG.error("journal {}: the commit thread failed; nothing more is written", journal, e);
            held = new Held(clock.instant(), "the commit thread failed: " + e);
        } finally {
            queue.close();
            tail.close();
            writer.close();
        }
    }

    private void commit(List<Chunk> chunks) throws InterruptedException {
        int from = 0;
        while (from < chunks.size()) {
            try {
                from = commitRun(chunks, from);
                release();
            } catch (IOException e) {
                writer.undo();
                hold(e);
                if (givenUp) {
                    long events =
                            chunks.stream().skip(from).mapToLong(Chunk::size).sum();
                    LOG.error("journal {} closes while it is held; {} events were not written", journal, events);
                    return;
                }
                pause();
            }
        }
    }

    private void pause() throws InterruptedException {
        cursors.sync();
        // What may be deleted may be the very room that is missing.
        retention.enforce();
        queue.pauseTaker(retryNanos);
    }

    /** Writes and forces the chunks that belong to one segment; returns the index of the first that does not. */
    private int commitRun(List<Chunk> chunks, int from) throws IOException, InterruptedException {
        Segment segment = writer.segmentFor(chunks.get(from));
        long[] offsets = new long[chunks.size()];
        int to = from;
        do {
            offsets[to] = writer.write(chunks.get(to));
            to++;
        } while (to < chunks.size() && writer.accepts(chunks.get(to)));
        writer.force(chunks.get(to - 1));
        for (int i = from; i < to; i++) {
            tail.publish(chunks.get(i), segment.first(), offsets[i]);
            queue.written(chunks.get(i));
        }
        if (segment != current) {
            current = segment;
            retention.enforce();
        }
        return to;
    }

    private void lookAfter() {
        long now = System.nanoTime();
        if (now - lastCursorSync >= CURSOR_SYNC_NANOS) {
            lastCursorSync = now;
            cursors.sync();
        }
        if (now - lastRetention >= RETENTION_NANOS) {
            lastRetention = now;
            retention.enforce();
        }
    }

    private void hold(IOException cause) {
        if (held == null) {
            String reason = String.valueOf(cause.getMessage());
            held = new Held(clock.instant(), reason);
            LOG.error(
                    "journal {} is held: the disk refuses to take more ({}); nothing is lost, going on when it does again",
                    journal,
                    reason);
        }
    }

    private void release() {
        Held before = held;
        if (before != null) {
            held = null;
            LOG.info("journal {} goes on; it was held since {}", journal, before.since());
        }
    }
}
