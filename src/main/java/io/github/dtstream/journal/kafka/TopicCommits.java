package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.buffer.Tail;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's one writing thread: takes what was appended meanwhile, and the cursors that moved, commits both in one
 * transaction, and shows it. While Kafka does not take it, it stays in memory and is tried again; when another router has taken
 * the journal over it is dropped: nobody has seen it, and the other one gets it from history.
 */
final class TopicCommits implements Runnable {
    /** What went wrong, and since when. */
    record Held(Instant since, String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(TopicCommits.class);
    /** How long a cursor that moved waits for events to be written with, so that a fast route does not make a transaction a batch. */
    private static final long CURSOR_NANOS = Duration.ofMillis(50).toNanos();

    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Duration FIRST_RELEASE = Duration.ofHours(1);

    private final String journal;
    private final AppendQueue queue;
    private final Writer writer;
    private final Tail tail;
    private final TopicCursors cursors;
    private final TopicReader reader;
    private final Clock clock;
    private final Duration subscriberRetention;
    private final long retryNanos;

    /** Written by the commit thread. */
    private volatile @Nullable Held held;
    /** Written by the commit thread. */
    private volatile long oldest;
    /** Written by the closing thread. */
    private volatile boolean givenUp;
    /** Of the commit thread. */
    private long lastCursors = System.nanoTime();

    private final long begun = lastCursors;
    private long lastElapsed = lastCursors;

    /** @param oldest the number of the oldest record that there is */
    TopicCommits(
            String journal,
            AppendQueue queue,
            Writer writer,
            Tail tail,
            TopicCursors cursors,
            TopicReader reader,
            long oldest,
            Clock clock,
            Duration subscriberRetention,
            Duration retry) {
        this.journal = journal;
        this.queue = queue;
        this.writer = writer;
        this.tail = tail;
        this.cursors = cursors;
        this.reader = reader;
        this.oldest = oldest;
        this.clock = clock;
        this.subscriberRetention = subscriberRetention;
        retryNanos = retry.toNanos();
    }

    @Nullable
    Held held() {
        return held;
    }

    /** The number of the oldest record, as far as is known. */
    long oldest() {
        return oldest;
    }

    /** Lets go of what Kafka does not take, so that the loop can end. */
    void giveUp() {
        givenUp = true;
        queue.wakeTaker();
    }

    @Override
    public void run() {
        try {
            while (turn()) {
                lookAfter();
            }
        } catch (Superseded e) {
            hold(String.valueOf(e.getMessage()));
            LOG.error(
                    "{}; this one ends its own part of it, and what it had not written comes from history",
                    e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("the commit thread was interrupted", e);
        } finally {
            queue.close();
            tail.close();
            cursors.close();
            writer.close();
            reader.close();
        }
    }

    /** Takes and writes once; false when the journal is closed and everything is written. */
    private boolean turn() throws Superseded, InterruptedException {
        List<Chunk> taken = take();
        List<TopicCursors.Change> moved = cursors.changes();
        if (!taken.isEmpty() || !moved.isEmpty()) {
            lastCursors = System.nanoTime();
            commit(taken, moved);
        }
        return !taken.isEmpty() || !queue.isClosed() || cursors.isDirty() && !givenUp;
    }

    private List<Chunk> take() throws InterruptedException {
        List<Chunk> taken = List.of();
        long left = IDLE_NANOS;
        while (taken.isEmpty() && left > 0) {
            taken = queue.take(left);
            if (!cursors.isDirty() || queue.isClosed()) {
                return taken;
            }
            left = lastCursors + CURSOR_NANOS - System.nanoTime();
        }
        return taken;
    }

    private void commit(List<Chunk> taken, List<TopicCursors.Change> moved) throws Superseded, InterruptedException {
        while (true) {
            try {
                writer.write(taken, moved);
                release();
                for (Chunk chunk : taken) {
                    tail.publish(chunk, 0, 0);
                    queue.written(chunk);
                }
                cursors.written(moved);
                return;
            } catch (Superseded e) {
                throw e;
            } catch (KafkaException | IOException e) {
                refused(e);
                if (givenUp) {
                    long events = taken.stream().mapToLong(Chunk::size).sum();
                    LOG.error("journal {} closes while it is held; {} events were not written", journal, events);
                    return;
                }
                queue.pauseTaker(retryNanos);
            }
        }
    }

    /** Once a minute: who has been gone for how long, and what the brokers still have. */
    private void lookAfter() throws InterruptedException {
        long now = System.nanoTime();
        if (now - lastElapsed < IDLE_NANOS) {
            return;
        }
        boolean mayForget = Duration.ofNanos(now - begun).compareTo(FIRST_RELEASE) >= 0;
        cursors.addIdle(Duration.ofNanos(now - lastElapsed), mayForget ? subscriberRetention : null, tail.durable());
        lastElapsed = now;
        try {
            oldest = reader.oldest(tail.durable());
        } catch (IOException e) {
            LOG.debug("journal {}: what is oldest is not known: {}", journal, e.toString());
        }
    }

    private void refused(Exception cause) {
        if (held == null) {
            String reason = String.valueOf(cause.getMessage());
            hold(reason);
            LOG.error(
                    "journal {} is held: Kafka does not take more ({}); nothing is lost, going on when it does again",
                    journal,
                    reason);
        }
    }

    private void hold(String reason) {
        held = new Held(clock.instant(), reason);
    }

    private void release() {
        Held before = held;
        if (before != null) {
            held = null;
            LOG.info("journal {} goes on; it was held since {}", journal, before.since());
        }
    }
}
