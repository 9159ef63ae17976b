package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.buffer.AppendQueue;
import io.github.dtstream.journal.buffer.Chunk;
import io.github.dtstream.journal.buffer.Held;
import io.github.dtstream.journal.buffer.Tail;
import io.github.dtstream.journal.kafka.Writer.KeyedValue;
import io.github.dtstream.journal.kafka.Writer.Superseded;
import io.github.dtstream.time.Ticker;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's only writing thread. It takes the appended events, the cursors that moved and the saved state, commits
 * them in one transaction, and then makes the events readable. While Kafka does not accept a transaction, its content
 * stays in memory, and the thread tries again. If another router has taken the journal over, the content is dropped: no
 * subscriber has seen it, and the other router reads the events from history.
 */
final class TopicCommits implements Runnable {
    /**
     * The oldest records that the brokers have not deleted.
     *
     * @param sequence the number of the oldest record
     * @param offsets by partition, the offset of its oldest record
     */
    record Oldest(long sequence, long[] offsets) {
        static Oldest of(TopicReader reader, long durable) throws IOException, InterruptedException {
            return new Oldest(reader.oldest(durable), reader.beginnings());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopicCommits.class);
    /**
     * The shortest time from the beginning of a transaction to the next one, unless many events wait or somebody waits for
     * the next one. Brokers and router do as much for a transaction of one event as for one of a hundred, and the first
     * event after a pause does not wait. Kafka Streams commits as often with {@code exactly_once_v2}.
     */
    private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    /** Where transactions take long, there are fewer: they take at most a fifth of the time, down to four a second. */
    private static final long INTERVAL_TO_DURATION = 5;

    private static final long LONGEST_INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

    private static final long GATHERED_BYTES = 32 << 10;

    /**
     * How long a moved cursor waits for events to be written with, if a crash repeats only a few events and no subscriber
     * waits. So a stream with one event now and then needs one transaction for each, and not two.
     */
    private static final long NEAR_CURSOR_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Duration FIRST_RELEASE = Duration.ofHours(1);

    private final String journal;
    private final AppendQueue queue;
    private final Writer writer;
    private final Tail tail;
    private final TopicCursors cursors;
    private final TopicState state;
    private final TopicReader reader;
    private final TopicSizes sizes;
    private final Clock clock;
    private final Ticker ticker;
    private final Duration subscriberRetention;
    private final long retryNanos;

    /** Written by the commit thread. */
    private volatile @Nullable Held held;
    /** Says that another router has taken the journal over; null before that. Written by the commit thread. */
    private volatile @Nullable String takenOver;

    /** Guarded by itself. */
    private final List<Consumer<String>> takenOverListeners = new ArrayList<>();
    /** Guarded by {@code takenOverListeners}. */
    private boolean told;
    /** Written by the commit thread. */
    private volatile Oldest oldest;
    /** Written by the closing thread. */
    private volatile boolean givenUp;
    /** Written by threads that wait for the next transaction, and by the commit thread. */
    private volatile boolean hurried;
    /** When the last transaction began. Owned by the commit thread, as are the next three. */
    private long lastTransaction;

    private long lastDuration;

    private final long begun;
    private long lastElapsed;

    /** @param oldest the oldest records when the journal is opened */
    TopicCommits(
            String journal,
            AppendQueue queue,
            Writer writer,
            Tail tail,
            TopicCursors cursors,
            TopicState state,
            TopicReader reader,
            TopicSizes sizes,
            Oldest oldest,
            Clock clock,
            Ticker ticker,
            Duration subscriberRetention,
            Duration retry) {
        this.journal = journal;
        this.queue = queue;
        this.writer = writer;
        this.tail = tail;
        this.cursors = cursors;
        this.state = state;
        this.reader = reader;
        this.sizes = sizes;
        this.oldest = oldest;
        this.clock = clock;
        this.ticker = ticker;
        begun = ticker.nanos();
        lastTransaction = begun;
        lastElapsed = begun;
        this.subscriberRetention = subscriberRetention;
        retryNanos = retry.toNanos();
    }

    @Nullable
    Held held() {
        return held;
    }

    /** A sentence that says that another router has taken the journal over; null before that. */
    @Nullable
    String takenOver() {
        return takenOver;
    }

    /** Adds a listener for a take-over. The commit thread calls it; after a take-over this method calls it at once. */
    void onTakenOver(Consumer<String> listener) {
        synchronized (takenOverListeners) {
            if (!told) {
                takenOverListeners.add(listener);
                return;
            }
        }
        listener.accept(String.valueOf(takenOver));
    }

    /** The oldest records, as far as known. */
    Oldest oldest() {
        return oldest;
    }

    /** Lets the next transaction begin at once, with everything that was appended before this call. */
    void hurry() {
        hurried = true;
        queue.wakeTaker();
    }

    /** Drops what Kafka does not accept, so that the loop can end. */
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
            end(e.getMessage() + ": this one receives and delivers nothing of it any more");
        } catch (InterruptedException e) {
            throw new IllegalStateException("the commit thread was interrupted", e);
        } finally {
            queue.close();
            tail.close();
            cursors.close();
            state.close(takenOver == null ? "the journal is closed" : takenOver);
            writer.close();
            reader.close();
        }
        String why = takenOver;
        if (why != null) {
            tell(why);
        }
    }

    private void tell(String why) {
        List<Consumer<String>> all;
        synchronized (takenOverListeners) {
            told = true;
            all = List.copyOf(takenOverListeners);
        }
        all.forEach(listener -> listener.accept(why));
    }

    /** Drops what was taken from the queue: no subscriber has seen it, and the other router reads it from history. */
    private void end(String why) {
        takenOver = why;
        LOG.error("journal {}: {}", journal, why);
        tail.giveUp();
    }

    /** Takes and writes once. Returns false when the journal is closed and everything is written or given up. */
    private boolean turn() throws Superseded, InterruptedException {
        List<Chunk> taken = take();
        List<TopicCursors.Change> moved = cursors.changes();
        TopicState.Change changed = state.change();
        if (!taken.isEmpty() || !moved.isEmpty() || changed != null) {
            lastTransaction = ticker.nanos();
            if (!commit(taken, moved, changed)) {
                return false;
            }
        }
        return !taken.isEmpty() || !queue.isClosed() || (cursors.isDirty() || state.isDirty()) && !givenUp;
    }

    private List<Chunk> take() throws InterruptedException {
        gather();
        // reset first: what was appended before a call that comes now is taken, too
        hurried = false;
        while (true) {
            List<Chunk> taken = queue.take(patience());
            if (!taken.isEmpty() || !cursors.isDirty() || queue.isClosed() || patience() <= 0) {
                return taken;
            }
        }
    }

    /** Waits for more events if a transaction has just begun. */
    private void gather() throws InterruptedException {
        while (!isHurried()) {
            long left = lastTransaction + interval() - ticker.nanos();
            if (left <= 0 || queue.gather(GATHERED_BYTES, left)) {
                return;
            }
        }
    }

    private long interval() {
        return Math.max(INTERVAL_NANOS, Math.min(INTERVAL_TO_DURATION * lastDuration, LONGEST_INTERVAL_NANOS));
    }

    private boolean isHurried() {
        return hurried || state.isDirty() || cursors.isWaitedFor();
    }

    /** How long there may be no transaction if no event comes. */
    private long patience() {
        if (state.isDirty()) {
            return 0;
        }
        if (!cursors.isDirty()) {
            return IDLE_NANOS;
        }
        if (cursors.isWaitedFor()) {
            return 0;
        }
        return cursors.areNear() ? lastTransaction + NEAR_CURSOR_NANOS - ticker.nanos() : 0;
    }

    /**
     * Writes until Kafka accepts it. Returns false if it was given up: nothing after it may be written then, because the next
     * opening asks history for what came after the last event in the journal.
     */
    private boolean commit(List<Chunk> taken, List<TopicCursors.Change> moved, TopicState.@Nullable Change changed)
            throws Superseded, InterruptedException {
        List<KeyedValue> values = new ArrayList<>();
        moved.forEach(cursor -> values.add(cursor.record()));
        if (changed != null) {
            values.addAll(state.records(changed));
        }
        while (true) {
            try {
                writer.write(taken, values);
                lastDuration = ticker.nanos() - lastTransaction;
                release();
                // first, because publishing waits for subscribers, and these may wait for their cursors
                cursors.written(moved);
                for (Chunk chunk : taken) {
                    tail.publish(chunk, 0, 0);
                    queue.written(chunk);
                }
                if (changed != null) {
                    state.written(changed);
                }
                return true;
            } catch (Superseded e) {
                throw e;
            } catch (KafkaException | IOException e) {
                refused(e);
                if (givenUp) {
                    LOG.error(
                            "journal {} closes while it is held; {} events were not written",
                            journal,
                            queue.figures().nextSequence() - 1 - tail.durable());
                    return false;
                }
                queue.pauseTaker(retryNanos);
            }
        }
    }

    /** Once a minute: updates the idle times of subscribers, the sizes of the topics and the oldest records. */
    private void lookAfter() throws InterruptedException {
        long now = ticker.nanos();
        if (now - lastElapsed < IDLE_NANOS) {
            return;
        }
        boolean mayForget = Duration.ofNanos(now - begun).compareTo(FIRST_RELEASE) >= 0;
        cursors.addIdle(Duration.ofNanos(now - lastElapsed), mayForget ? subscriberRetention : null, tail.durable());
        lastElapsed = now;
        sizes.refresh();
        try {
            oldest = Oldest.of(reader, tail.durable());
        } catch (IOException e) {
            LOG.debug("journal {}: what is oldest is not known: {}", journal, e.toString());
        }
    }

    private void refused(Exception cause) {
        String reason = writer.reason(cause);
        state.refused(reason);
        Held before = held;
        held = Held.again(before, clock.instant(), reason);
        if (before == null) {
            LOG.error("journal {} is held: {}; nothing is lost, and it goes on when Kafka takes more", journal, reason);
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
